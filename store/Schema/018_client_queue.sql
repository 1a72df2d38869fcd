-- What is pending of a client, by its due time: for its pages, and for what a release would let go. Without it both read the queue of all clients.
create index scheduled_email_client_queue on mail.mt_doc_scheduled_email (client_id, due_at, id) where status = 'pending';
