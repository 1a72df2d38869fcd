-- One row a scheduled message. The token is the caller's handle for cancelling it.
create table {schema}.timers (
    token_id    uuid        not null primary key,
    due         timestamptz not null,
    destination text,
    content_type text,
    properties  jsonb,
    body        bytea,
    attempts    int         not null default 0,
    error       text,
    cancelled   boolean     not null default false,
    created_at  timestamptz not null default now()
) with (
    -- Rows live once and are deleted in bulk: vacuum early and without pauses, so that the head of the due index
    -- stays free of dead entries that every claim would have to step over.
    fillfactor = 90,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0.2,
    autovacuum_vacuum_cost_delay = 0
);

-- Serves the claim and the distance to the next due time. Cancelled rows (tombstones that beat a schedule still under
-- way) and rows set aside have no due time to find: they carry 'infinity'.
create index timers_due on {schema}.timers (due);
