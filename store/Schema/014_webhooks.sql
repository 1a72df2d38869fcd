-- Where clients want to be told of events. Each is a place in the feed; what is delivered at the first try leaves no row of its own.
create table mail.webhook (
    id              uuid        not null primary key,
    client_id       text        not null,
    url             text        not null,
    types           smallint[]  not null,
    description     text,
    created_at      timestamptz not null default statement_timestamp(),
    disabled_at     timestamptz,
    disabled_reason text,
    epoch           bigint      not null,
    xid             xid8        not null,
    event_id        bigint      not null,
    at              timestamptz not null,
    -- Nobody knows what was told of events up to here: other types were asked for, or they were passed over.
    told_xid        xid8        not null,
    told_id         bigint      not null,
    succeeded_at    timestamptz,
    failing_since   timestamptz,
    failures        int         not null default 0,
    rest_until      timestamptz,
    last_at         timestamptz,
    last_status     int,
    last_error      text,
    last_answer     text,
    leased_by       uuid,
    leased_until    timestamptz
);
create index webhook_of_client on mail.webhook (client_id);

-- Sealed for the senders: the service that writes them can't read them.
create table mail.webhook_secret (
    id      uuid        not null primary key,
    webhook uuid        not null references mail.webhook (id) on delete cascade,
    sealed  bytea       not null,
    until   timestamptz
);
create index webhook_secret_of on mail.webhook_secret (webhook);

-- What failed at its first try, until the event is no longer kept; and tests, which have a body of their own and no place in the feed.
create table mail.webhook_delivery (
    webhook         uuid        not null references mail.webhook (id) on delete cascade,
    event           uuid        not null,
    xid             xid8        not null,
    event_id        bigint      not null,
    at              timestamptz not null,
    state           smallint    not null check (state in (0, 1, 2)), -- pending, succeeded, failed
    attempts        int         not null,
    next_attempt_at timestamptz,
    claimed_until   timestamptz,
    last_status     int,
    last_error      text,
    body            text,
    primary key (webhook, event)
);
create index webhook_delivery_list on mail.webhook_delivery (webhook, state, event);
create index webhook_delivery_due on mail.webhook_delivery (next_attempt_at) where state = 0;
create index webhook_delivery_old on mail.webhook_delivery (at);
