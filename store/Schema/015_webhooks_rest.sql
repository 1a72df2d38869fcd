-- Which webhooks have failed for so long that they are disabled: looked for all the time, and found nearly never.
create index webhook_failing on mail.webhook (failing_since) where disabled_at is null and failing_since is not null;

-- Until when the endpoint itself asked to be left in peace. Other rests keep new events back; this one repeated deliveries, too.
alter table mail.webhook add column asked_until timestamptz;

-- Where the restore fence held everything back, which is before the beginning of the epoch once a person has accepted the database. What
-- happened since then nobody was told of, and webhooks go on there. Null where the epoch's beginning says it.
alter table mail.event_epoch add column held xid8, add column held_at timestamptz;
