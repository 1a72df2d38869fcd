// Prints what liquidjs renders each line of its standard input to: a template and its data.
import { createInterface } from 'node:readline';
import { Liquid } from 'liquidjs';

const liquid = new Liquid({ outputEscape: undefined, ownPropertyOnly: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { template, data } = JSON.parse(line);
  console.log(JSON.stringify(liquid.parseAndRenderSync(template, data)));
}
