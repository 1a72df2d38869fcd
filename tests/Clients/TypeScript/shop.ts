// ADDRESS KEY NAME: calls through openapi-fetch with the types that openapi-typescript generated. Prints what ../CSharp prints.
import createClient from "openapi-fetch";
import type { paths } from "./mail.js";
import type { components } from "./mail.js";

declare const process: { argv: string[] };
const [, , address = "", key = "", client = ""] = process.argv;
const due = new Date(Date.now() + 3_600_000).toISOString();

// docs/clients.md shows these lines.
const mail = createClient<paths>({ baseUrl: address, headers: { Authorization: `Bearer ${key}` } });
const path = { client_id: client };

const order = { to: ["ada@example.com"], subject: "Your order", text: "On its way", scheduled_datetime: due };
const { data: email, error } = await mail.POST("/api/v1/client/{client_id}/scheduled-emails", {
  params: { path, header: { "Idempotency-Key": "order-1234" } },
  body: order,
});
if (error) throw new Error(error.detail);

// So that there are several pages.
await mail.POST("/api/v1/client/{client_id}/scheduled-emails/batch", { params: { path }, body: { emails: [order, order, order, order] } });

const list = (cursor?: string) =>
  mail.GET("/api/v1/client/{client_id}/scheduled-emails", { params: { path, query: { status: ["pending"], limit: 2, cursor } } });
let { data: page } = await list();
while (page) {
  console.log(`${page.items.length} on this page`);
  page = page.next_cursor ? (await list(page.next_cursor)).data : undefined;
}

const { data: cancelled } = await mail.POST("/api/v1/scheduled-emails/{id}/cancel", { params: { path: { id: email.id } } });
console.log(`now it is ${cancelled?.status}`);
const { error: refused } = await mail.POST("/api/v1/scheduled-emails/{id}/send-now", { params: { path: { id: email.id } } });
if (refused) console.log(`${refused.status} ${refused.code}: ${refused.detail}`);

// It does not show these.
function of<T>(answer: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (answer.data === undefined) throw new Error(answer.error?.detail);
  return answer.data;
}
function tell({ error }: { error?: components["schemas"]["Problem"] }) {
  const pointers = Object.keys(error?.errors ?? {}).join(", ");
  if (error) console.log(`${error.status} ${error.code}, at ${pointers}, stands ${error.current_status ?? "nowhere"}`);
}
const emails = "/api/v1/client/{client_id}/scheduled-emails";
const again = of(await mail.POST(emails, { params: { path, header: { "Idempotency-Key": "order-1234" } }, body: order }));
console.log(`replayed: ${again.id === email.id}`);

const letter = {
  to: ["Ada <ada@example.com>"], subject: "Hello", html: "<p>Hello</p>", headers: { "X-Campaign": "spring" }, scheduled_datetime: due,
};
const { id } = of(await mail.POST(emails, { params: { path }, body: letter }));
const whole = of(await mail.GET("/api/v1/scheduled-emails/{id}", { params: { path: { id } } }));
console.log(
  `${whole.status}, ${whole.forecast}, ${whole.source}, text: ${whole.text ?? "none"}, campaign: ${whole.headers["X-Campaign"]}, ` +
    `error: ${whole.last_error?.hint ?? "none"}, lines left out: ${whole.timeline_left_out ?? 0}`,
);
const at = (minutes: number) => new Date(Date.parse(due) + minutes * 60_000).toISOString().replace("Z", "+00:00");
const then = of(await mail.GET(emails, { params: { path, query: { status: ["pending", "cancelled"], due_from: at(-1), due_to: at(1) } } }));
console.log(`due then: ${then.items.length}`);
const moved = of(await mail.PATCH("/api/v1/scheduled-emails/{id}", { params: { path: { id } }, body: { scheduled_datetime: at(60) } }));
console.log(`moved: ${moved.scheduled_datetime > due}`);

tell(await mail.POST(emails, { params: { path }, body: { to: [], subject: "Nobody", text: "Hello" } }));
tell(await mail.GET("/api/v1/scheduled-emails/{id}", { params: { path: { id: "00000000-0000-0000-0000-000000000000" } } }));
tell(await mail.POST("/api/v1/scheduled-emails/{id}/send-now", { params: { path: { id: email.id } } }));

const item = { key: "welcome", to: ["ada@example.com"], subject: "Welcome", text: "Hello", scheduled_datetime: due };
const config = "/api/v1/client/{client_id}/email-config";
const saved = of(await mail.PUT(config, { params: { path }, body: { emails: [item] } }));
const kept = of(await mail.PUT(config, { params: { path, header: { "If-Match": `"${saved.revision}"` } }, body: { emails: [item] } }));
console.log(`${saved.emails[0]?.action}, then ${kept.emails[0]?.action}; removed ${kept.removed.length}`);
tell(await mail.PUT(config, { params: { path, header: { "If-Match": '"7"' } }, body: { emails: [item] } }));
console.log(`revisions: ${of(await mail.GET("/api/v1/client/{client_id}/email-config/revisions", { params: { path } })).items.length}`);

const held = of(await mail.POST("/api/v1/client/{client_id}/hold", { params: { path } }));
const would = of(await mail.POST("/api/v1/client/{client_id}/release", { params: { path, query: { dry_run: true } } }));
const released = of(await mail.POST("/api/v1/client/{client_id}/release", { params: { path }, body: { reason: "done" } }));
console.log(`held: ${held.held}, ${would.would_send?.[0]?.due_later} would go out later, held: ${released.held}`);
const made = of(await mail.POST("/api/v1/client/{client_id}/api-keys", { params: { path }, body: { name: "shop" } }));
await mail.DELETE("/api/v1/client/{client_id}/api-keys/{id}", { params: { path: { client_id: client, id: made.id } } });
const keys = of(await mail.GET("/api/v1/client/{client_id}/api-keys", { params: { path } }));
console.log(`keys: ${keys.items.length}, configured: ${of(await mail.GET("/api/v1/email-status")).configured}`);
