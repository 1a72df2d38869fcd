-- What asks for a decision: neither resent nor dismissed. The index before it goes on serving the version before, and the search by status.
create index scheduled_email_undecided on mail.mt_doc_scheduled_email (id)
    where status = any (array['failed', 'unknown', 'expired']) and data ->> 'resent_as' is null and data ->> 'dismissed' is null;
