-- A forecast reads the order of the queue, and whose its e-mails are, out of this index alone. It is not the one for what is overdue, which
-- is small: with a larger one PostgreSQL takes other ways to what is overdue.
create index scheduled_email_queue on mail.mt_doc_scheduled_email (due_at, id) include (client_id) where status = 'pending';
