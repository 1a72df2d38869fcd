-- Every document of a database that is new, and what one of an earlier build lacks: builds before numbered steps left the
-- schema to Marten, so nothing here may mind what is there already.

create table if not exists mail.mt_doc_api_key (
    id               uuid        not null constraint pkey_mt_doc_api_key_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_config_revision (
    id               varchar     not null constraint pkey_mt_doc_config_revision_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_email_config (
    id               varchar     not null constraint pkey_mt_doc_email_config_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_hold (
    id               varchar     not null constraint pkey_mt_doc_hold_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_idempotent_request (
    id               varchar     not null constraint pkey_mt_doc_idempotent_request_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_installation (
    id               varchar     not null constraint pkey_mt_doc_installation_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_pace (
    id               varchar     not null constraint pkey_mt_doc_pace_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_sender (
    id               uuid        not null constraint pkey_mt_doc_sender_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table if not exists mail.mt_doc_email_body (
    id   varchar not null constraint pkey_mt_doc_email_body_id primary key,
    data jsonb   not null
);

create table if not exists mail.mt_doc_scheduled_email (
    id                 uuid        not null constraint pkey_mt_doc_scheduled_email_id primary key,
    data               jsonb       not null,
    client_id          text        not null,
    status             text        not null,
    key                text,
    scheduled_datetime timestamptz not null,
    due_at             timestamptz not null,
    send_before        timestamptz not null,
    claimed_by         uuid,
    claim_batch        uuid,
    woken_at           timestamptz
);

create index if not exists api_key_by_hash on mail.mt_doc_api_key ((data ->> 'hash'));
create index if not exists api_key_by_client on mail.mt_doc_api_key ((data ->> 'client_id'));
create index if not exists config_revision_list on mail.mt_doc_config_revision ((data ->> 'client_id'), ((data ->> 'revision')::bigint));
create index if not exists scheduled_email_list on mail.mt_doc_scheduled_email (client_id, scheduled_datetime, id);
create index if not exists scheduled_email_overdue on mail.mt_doc_scheduled_email (due_at) where status = 'pending';
create index if not exists scheduled_email_expiry on mail.mt_doc_scheduled_email (send_before) where status = 'pending';

-- Late outcomes correct what is unknown, too: an earlier build's index has only what is being sent.
do $$
begin
    if exists (select from pg_indexes where schemaname = 'mail' and indexname = 'scheduled_email_claims' and indexdef not like '%unknown%') then
        drop index mail.scheduled_email_claims;
    end if;
end;
$$;
create index if not exists scheduled_email_claims on mail.mt_doc_scheduled_email (claimed_by) where status = any (array['sending', 'unknown']);
