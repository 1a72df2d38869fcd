-- What a forecast reads of a queue without looking at its e-mails: their order, of all clients and of one. The first index had no id.
drop index mail.scheduled_email_overdue;
create index scheduled_email_overdue on mail.mt_doc_scheduled_email (due_at, id) where status = 'pending';
create index scheduled_email_pending on mail.mt_doc_scheduled_email (client_id, due_at, id) where status = 'pending';
