// Prints what liquidjs renders each line of its standard input to: a template and its data.
import { createInterface } from 'node:readline';
import { Liquid } from 'liquidjs';

const liquid = new Liquid({ ownPropertyOnly: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { template, data } = JSON.parse(line);
  let rendered;
  try {
    rendered = liquid.parseAndRenderSync(template, data);
  } catch (error) {
    rendered = `${error}`;
  }
  console.log(JSON.stringify(rendered));
}
