-- When each duty of the sweep last succeeded, and why it does not where it fails.
create table mail.sweep_duty (
    duty   text        not null primary key,
    since  timestamptz not null,
    reason text
);

-- Requests that carried an Idempotency-Key: those that are old, and those of a client that is erased.
create index idempotent_request_old on mail.mt_doc_idempotent_request (mt_last_modified);
create index idempotent_request_of_client on mail.mt_doc_idempotent_request (split_part(id, '/', 1));

-- With the status first, what is being sent is found without a look at everything that was ever in doubt.
drop index mail.scheduled_email_claims;
create index scheduled_email_claims on mail.mt_doc_scheduled_email (status, claimed_by) where status = any (array['sending', 'unknown']);

-- What a client's config has scheduled and nobody has claimed yet, also where the config no longer names it.
create index scheduled_email_of_config on mail.mt_doc_scheduled_email (client_id) where status = 'pending' and data ->> 'source' = 'config';

-- Bodies of e-mails that an erasure has deleted already, until it deletes the bodies as well.
create table mail.erasing_body (
    erasure uuid    not null,
    body_id varchar not null,
    primary key (erasure, body_id)
);

-- A sender says what became of an e-mail, and never what it says or who gets it.
create function mail.refuse_content_change() returns trigger language plpgsql as $$
begin
    raise exception 'mail_sender may not change what e-mail % says, or who gets it', old.id using errcode = 'insufficient_privilege';
end;
$$;
create trigger content_is_not_a_senders before update on mail.mt_doc_scheduled_email for each row
    when (current_user = 'mail_sender' and (
        new.id <> old.id or new.client_id <> old.client_id
        or new.data -> 'id' is distinct from old.data -> 'id'
        or new.data -> 'client_id' is distinct from old.data -> 'client_id'
        or new.data -> 'to' is distinct from old.data -> 'to'
        or new.data -> 'cc' is distinct from old.data -> 'cc'
        or new.data -> 'bcc' is distinct from old.data -> 'bcc'
        or new.data -> 'reply_to' is distinct from old.data -> 'reply_to'
        or new.data -> 'subject' is distinct from old.data -> 'subject'
        or new.data -> 'named' is distinct from old.data -> 'named'
        or new.data -> 'headers' is distinct from old.data -> 'headers'
        or new.data -> 'body_id' is distinct from old.data -> 'body_id'
        or new.data -> 'attachments' is distinct from old.data -> 'attachments'))
    execute function mail.refuse_content_change();
