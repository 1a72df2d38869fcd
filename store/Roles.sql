-- What each service may do, where each has a database role of its own. Run by the tables' owner after the schema's steps, and
-- again after those of another version: a role then has what stands here, and no more.

revoke all on all tables in schema mail, scheduler from mail_config, mail_scheduler, mail_sender;
grant usage on schema mail, scheduler to mail_config, mail_scheduler, mail_sender;
grant select on mail.schema_version, scheduler.schema_version to mail_config, mail_scheduler, mail_sender;
-- Each leaves timers: for what was saved, for what the sweep wakes, for what is tried again.
grant select, insert, update, delete on scheduler.timers to mail_config, mail_scheduler, mail_sender;
-- What it serves for applications that schedule through its queue.
grant select, insert, update, delete on scheduler.recurring to mail_scheduler;

-- Callers' requests, erasure included. It claims nothing, and speaks for no sender.
grant select, insert, update, delete on
    mail.mt_doc_scheduled_email, mail.mt_doc_email_body, mail.email_recipient, mail.mt_doc_email_config, mail.mt_doc_config_revision,
    mail.mt_doc_api_key, mail.mt_doc_hold, mail.mt_doc_idempotent_request, mail.mt_doc_erasure, mail.erasing_body,
    mail.attachment, mail.attachment_piece, mail.attachment_of_body, mail.mt_doc_email_template, mail.series to mail_config;
-- A version never changes.
grant select, insert, delete on mail.mt_doc_template_version to mail_config;
grant select, update on mail.mt_doc_installation to mail_config;
-- Which time zones are the latest.
grant select, insert, update on mail.time_zone_version to mail_config, mail_scheduler;
grant select, insert, update on mail.restore_mark to mail_config, mail_scheduler;
-- A forecast starts from the next free turn under SMTP_RATE.
grant select on mail.mt_doc_sender, mail.mt_doc_pace, mail.outcome_count, mail.sweep_duty to mail_config;

-- The sweep, further occurrences of series, retention, the restore fence. It knows no key.
grant select, insert, update on mail.mt_doc_scheduled_email to mail_scheduler;
grant select, update on mail.series to mail_scheduler;
grant select, delete on mail.mt_doc_email_body, mail.email_recipient, mail.mt_doc_sender to mail_scheduler;
grant select, delete on mail.attachment to mail_scheduler;
grant select on mail.attachment_of_body to mail_scheduler;
-- When a remembered request is looked at next stands in it.
grant select, update, delete on mail.mt_doc_idempotent_request to mail_scheduler;
grant select, insert, update, delete on mail.mt_doc_installation, mail.mt_doc_hold, mail.outcome_count, mail.sweep_duty to mail_scheduler;
grant select on mail.mt_doc_config_revision to mail_scheduler;

-- Claims and outcomes, and the remainders that outcomes leave. It writes nothing that an e-mail says: of this role the table's
-- trigger refuses a change of content.
grant select, insert, update on mail.mt_doc_scheduled_email to mail_sender;
grant select on mail.mt_doc_email_body, mail.attachment, mail.attachment_piece, mail.mt_doc_hold, mail.mt_doc_installation, mail.restore_mark to mail_sender;
grant select, insert, update, delete on mail.mt_doc_sender, mail.mt_doc_pace to mail_sender;
grant select, insert, update on mail.outcome_count to mail_sender;

-- Events: each service writes those of what it does. Who serves them reads them; an erasure deletes a client's.
revoke all on all sequences in schema mail from mail_config, mail_scheduler, mail_sender;
grant usage on sequence mail.event_id to mail_config, mail_scheduler, mail_sender;
grant insert on mail.event to mail_config, mail_scheduler, mail_sender;
grant select, delete on mail.event to mail_config;
grant select on mail.event to mail_scheduler, mail_sender;
grant select on mail.event_start to mail_config, mail_scheduler, mail_sender;
-- After a restore nobody may go on where it was.
grant select on mail.event_epoch to mail_config, mail_scheduler, mail_sender;
grant update on mail.event_epoch to mail_config, mail_scheduler;
-- It drops days whole by these, and owns no table.
grant execute on function mail.add_event_partitions(int), mail.drop_event_partitions(timestamptz) to mail_scheduler;

-- Webhooks: who serves callers makes them, and can neither read a secret nor open it. Senders deliver.
grant select, insert, update, delete on mail.webhook to mail_config;
grant insert, delete, select (id, webhook, until), update (until) on mail.webhook_secret to mail_config;
grant select, insert, update, delete on mail.webhook_delivery to mail_config;
grant select, update on mail.webhook to mail_sender;
grant select on mail.webhook_secret to mail_sender;
grant select, insert, update on mail.webhook_delivery to mail_sender;
grant select (at), delete on mail.webhook_delivery to mail_scheduler;
