-- A tombstone is now a row that falls due when it may be forgotten: the claim takes it like any other and publishes
-- nothing. Only what is set aside is never due.
update {schema}.timers set due = now() + interval '1 day' where cancelled;
alter table {schema}.timers drop column created_at;

-- Serves the list of what is set aside, and its count.
create index timers_set_aside on {schema}.timers (token_id) where due = 'infinity';
