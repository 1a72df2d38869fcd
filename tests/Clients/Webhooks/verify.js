// Says whether a library takes a delivery for genuine: { secret, id, timestamp, signature, body } on standard input.
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { secret, id, timestamp, signature, body } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const webhook = process.argv[2] === 'svix' ? new Svix(secret) : new Standard(secret);
try {
  webhook.verify(body, { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature });
  console.log('verified');
} catch (error) {
  console.log(`refused: ${error.message}`);
}
