-- Files that clients upload or send along, each once a client by its SHA-256. One whose upload goes on has no hash yet. Kept until kept_until,
-- and for as long as a body refers to it.
create table mail.attachment (
    id           uuid        not null primary key,
    client_id    text        not null,
    sha256       bytea       check (length(sha256) = 32),
    size         bigint      not null default 0,
    content_type text        not null,
    kept_until   timestamptz,
    constraint attachment_by_content unique (client_id, sha256)
);
create index attachment_old on mail.attachment (kept_until) where kept_until is not null;

-- Its bytes in pieces: neither a service nor the database ever has the whole of it in memory. Uncompressed, since most files are compressed
-- already, and a text is small.
create table mail.attachment_piece (
    attachment uuid  not null references mail.attachment (id) on delete cascade,
    number     int   not null,
    bytes      bytea not null,
    primary key (attachment, number)
);
alter table mail.attachment_piece alter column bytes set storage external;

-- Which body refers to which attachment. The database itself holds that an e-mail never refers to bytes that are not there.
create table mail.attachment_of_body (
    body_id   varchar not null references mail.mt_doc_email_body (id) on delete cascade,
    client_id text    not null,
    sha256    bytea   not null,
    primary key (body_id, sha256),
    constraint attachment_of_body_attachment foreign key (client_id, sha256) references mail.attachment (client_id, sha256)
);
create index attachment_of_body_use on mail.attachment_of_body (client_id, sha256);

-- An attachment goes with the last body that refers to it, whoever deletes that: the version before, too. Who deletes bodies of a client keeps
-- further ones from being inserted until the transaction ends. One that was uploaded again since then stays as long as the answer promised.
create function mail.drop_attachments() returns trigger language plpgsql security definer set search_path = mail, pg_temp as $$
begin
    delete from mail.attachment a using (select distinct client_id, sha256 from gone) g
    where a.client_id = g.client_id and a.sha256 = g.sha256
        and (a.kept_until is null or a.kept_until < statement_timestamp())
        and not exists (select from mail.attachment_of_body u where u.client_id = a.client_id and u.sha256 = a.sha256);
    return null;
end;
$$;
create trigger attachments_of_erased after delete on mail.attachment_of_body
    referencing old table as gone for each statement execute function mail.drop_attachments();

-- A sender of the version before knows nothing of attachments, and would send the e-mail without them: it claims none that has any, and the
-- sweep wakes it for another sender.
create function mail.refuse_claim() returns trigger language plpgsql as $$
begin
    if exists (select from mail.mt_doc_sender where id = new.claimed_by and not data ? 'max_message_bytes') then
        return null;
    end if;
    return new;
end;
$$;
create trigger attachments_need_their_sender before update on mail.mt_doc_scheduled_email for each row
    when (new.status = 'sending' and old.status = 'pending' and jsonb_array_length(coalesce(new.data -> 'attachments', '[]')) > 0)
    execute function mail.refuse_claim();
