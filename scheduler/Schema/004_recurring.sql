-- One row a recurring schedule. Of what it sends there is one timer at a time: token_id is that timer's token, next_due its due time.
-- Where the schedule is paused there is none. A cancelled schedule is a tombstone that falls due when it may be forgotten.
create table {schema}.recurring (
    schedule_group text        not null,
    schedule_id    text        not null,
    token_id       uuid        not null,
    next_due       timestamptz not null,
    paused         boolean     not null default false,
    cancelled      boolean     not null default false,
    asked_at       timestamptz,
    cron           text,
    time_zone      text,
    end_at         timestamptz,
    misfire        text,
    destination    text,
    content_type   text,
    properties     jsonb,
    body           bytea,
    primary key (schedule_group, schedule_id)
);

-- Serves the search for schedules whose planned timer has gone out, and the distance to the next.
create index recurring_next_due on {schema}.recurring (next_due) where not paused;
