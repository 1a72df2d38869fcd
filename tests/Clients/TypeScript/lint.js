// URL: prints what the recommended rules of Spectral and Redocly find in the OpenAPI document there, a line each.
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import rulesets from "@stoplight/spectral-rulesets";

const source = await (await fetch(process.argv[2])).text();

const linter = new spectral.Spectral();
linter.setRuleset({ extends: [rulesets.oas] });
for (const { code, message, path } of await linter.run(new spectral.Document(source, parsers.Json))) {
  console.log(`spectral ${code}: ${message} (${path.join("/")})`);
}

const config = await createConfig({ extends: ["recommended"] });
for (const { ruleId, message, location } of await lintFromString({ source, absoluteRef: "v1.json", config })) {
  console.log(`redocly ${ruleId}: ${message} (${location[0]?.pointer})`);
}
