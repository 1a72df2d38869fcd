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

-- By the database itself: the version before knows nothing of it, and schedules and erases while an upgrade goes on.
create function mail.keep_recipients() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into mail.email_recipient (address, email_id)
        select address, id from changed, mail.recipients(data) address order by address, id;
    else
        delete from mail.email_recipient r using (select address, id from changed, mail.recipients(data) address) a
        where r.address = a.address and r.email_id = a.id;
    end if;
    return null;
end;
$$;
create trigger recipients_of_new after insert on mail.mt_doc_scheduled_email
    referencing new table as changed for each statement execute function mail.keep_recipients();
create trigger recipients_of_erased after delete on mail.mt_doc_scheduled_email
    referencing old table as changed for each statement execute function mail.keep_recipients();

-- What is there already; a trigger was created once whoever was writing had ended, so that nothing falls between the two.
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
