// Prints what mailparser makes of the message on its standard input: a JSON object a part.
import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const message = await simpleParser(Buffer.concat(chunks), { skipImageLinks: true });
for (const part of message.attachments) {
  console.log(JSON.stringify({
    filename: part.filename || null,
    content_type: part.contentType,
    disposition: part.contentDisposition ?? null,
    content_id: part.contentId ?? null,
    sha256: createHash('sha256').update(part.content).digest('hex'),
    related: part.related ?? false,
  }));
}
