-- A forecast counts the e-mails that are larger than the server takes. None takes less than 64 KiB (RFC 5321, 4.5.3.1.7), so that smaller ones
-- need no entry.
create index scheduled_email_large on mail.mt_doc_scheduled_email (due_at, id) include (client_id)
    where status = 'pending' and (data ->> 'message_bytes')::bigint > 65536;
