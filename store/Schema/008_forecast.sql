-- What a forecast for one client, and one beside held clients, counts without looking at an e-mail.
create index scheduled_email_pending on mail.mt_doc_scheduled_email (client_id, due_at) where status = 'pending';
