-- Templates of e-mails: which version is the current one, and each version as it was saved.
create table mail.mt_doc_email_template (
    id               varchar     not null constraint pkey_mt_doc_email_template_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create table mail.mt_doc_template_version (
    id               varchar     not null constraint pkey_mt_doc_template_version_id primary key,
    data             jsonb       not null,
    mt_last_modified timestamptz default transaction_timestamp(),
    mt_version       uuid        not null default md5(random()::text || clock_timestamp()::text)::uuid,
    mt_dotnet_type   varchar
);

create index email_template_list on mail.mt_doc_email_template ((data ->> 'client_id'), (data ->> 'name'));
create index template_version_list on mail.mt_doc_template_version ((data ->> 'client_id'), (data ->> 'name'), ((data ->> 'version')::integer));

-- What was sent of a version can be looked up for as long as there is the version.
create function mail.refuse_template_change() returns trigger language plpgsql as $$
begin
    raise exception 'version % of a template never changes', old.id using errcode = 'insufficient_privilege';
end;
$$;
create trigger a_version_never_changes before update on mail.mt_doc_template_version for each row execute function mail.refuse_template_change();

-- What waits and was rendered from a template: what another version of it is applied to.
create index scheduled_email_of_template on mail.mt_doc_scheduled_email (client_id, (data -> 'template' ->> 'name'))
    where status = 'pending' and data ? 'template';

-- Which template an e-mail was rendered from is what it says, and not a sender's to change.
create trigger template_is_not_a_senders before update on mail.mt_doc_scheduled_email for each row
    when (current_user = 'mail_sender' and new.data -> 'template' is distinct from old.data -> 'template')
    execute function mail.refuse_content_change();
