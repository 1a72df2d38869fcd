-- How many e-mails of each status a client had that was erased: all that is kept of one.
create table mail.mt_doc_erasure (
    id               uuid        not null constraint pkey_mt_doc_erasure_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

-- Which build last looked at the schema; the number of the last step says it now.
drop table if exists mail.schema_build;
