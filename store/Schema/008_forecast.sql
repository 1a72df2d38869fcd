-- A forecast reads the order of the queue, and whose its e-mails are, out of the index alone. Until now it had the due times only.
drop index mail.scheduled_email_overdue;
create index scheduled_email_overdue on mail.mt_doc_scheduled_email (due_at, id) include (client_id) where status = 'pending';
