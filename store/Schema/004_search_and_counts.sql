-- Who an e-mail goes to: the addresses alone, in lower case, each once. An address stands alone, or behind a name in angle brackets.
create function mail.recipients(email jsonb) returns setof text language sql immutable parallel safe as $$
    select distinct lower(coalesce(substring(mailbox from '<([^<>]+)>\s*$'), trim(mailbox)))
    from jsonb_array_elements_text(coalesce(email->'to', '[]') || coalesce(email->'cc', '[]') || coalesce(email->'bcc', '[]')) mailbox
$$;

-- For people who ask "did it go out to…?". Apart from the e-mails, whose indexes are written with every move; this is written once.
create table mail.email_recipient (
    address  text collate "C" not null,
    email_id uuid             not null,
    primary key (address, email_id)
);
insert into mail.email_recipient (address, email_id)
select address, id from mail.mt_doc_scheduled_email, mail.recipients(data) address;

-- What a person should look at.
create index scheduled_email_decision on mail.mt_doc_scheduled_email (id) where status = any (array['failed', 'unknown']);

-- What became of e-mails over time. One row a process and five minutes, so that nobody waits for anybody.
create table mail.outcome_count (
    since    timestamptz not null,
    source   uuid        not null,
    sent     bigint      not null,
    failed   bigint      not null,
    unknown  bigint      not null,
    expired  bigint      not null,
    lateness bigint[]    not null,
    primary key (since, source)
);
