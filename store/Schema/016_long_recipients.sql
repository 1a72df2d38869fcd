-- An address that is not found behind a name is the whole mailbox, which may be longer than an index takes: it is cut.
create or replace function mail.recipients(email jsonb) returns setof text language sql immutable parallel safe as $$
    select distinct left(lower(coalesce(substring(mailbox from '<([^<>]+)>\s*$'), trim(mailbox))), 640)
    from jsonb_array_elements_text(coalesce(email->'to', '[]') || coalesce(email->'cc', '[]') || coalesce(email->'bcc', '[]')) mailbox
$$;
update mail.email_recipient set address = left(address, 640) where length(address) > 640;
