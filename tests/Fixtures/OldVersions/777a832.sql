-- A database as commit 777a832 left it, by pg_dump --inserts: documents and timers of before numbered schema steps, tombstones
-- that expire, the pace and the restore fence. Six e-mails are pending and due (one of them held back), two were cancelled.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA mail;

CREATE SCHEMA scheduler;

CREATE FUNCTION mail.mt_grams_array(words text, use_unaccent boolean DEFAULT false) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
        DECLARE
result text[];
        DECLARE
word text;
        DECLARE
clean_word text;
BEGIN
                FOREACH
word IN ARRAY string_to_array(words, ' ')
                LOOP
                     clean_word = regexp_replace(mail.mt_safe_unaccent(use_unaccent, word), '[^a-zA-Z0-9]+', '','g');
FOR i IN 1 .. length(clean_word)
                     LOOP
                         result := result || quote_literal(substr(lower(clean_word), i, 1));
                         result
:= result || quote_literal(substr(lower(clean_word), i, 2));
                         result
:= result || quote_literal(substr(lower(clean_word), i, 3));
END LOOP;
END LOOP;

RETURN ARRAY(SELECT DISTINCT e FROM unnest(result) AS a(e) ORDER BY e);
END;
$$;

CREATE FUNCTION mail.mt_grams_query(text, use_unaccent boolean DEFAULT false) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $_$
BEGIN
RETURN (SELECT array_to_string(mail.mt_grams_array($1, use_unaccent), ' & ') ::tsquery);
END
$_$;

CREATE FUNCTION mail.mt_grams_vector(text, use_unaccent boolean DEFAULT false) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $_$
BEGIN
RETURN (SELECT array_to_string(mail.mt_grams_array($1, use_unaccent), ' ') ::tsvector);
END
$_$;

CREATE FUNCTION mail.mt_immutable_date(value text) RETURNS date
    LANGUAGE sql IMMUTABLE
    AS $$
select value::date

$$;

CREATE FUNCTION mail.mt_immutable_time(value text) RETURNS time without time zone
    LANGUAGE sql IMMUTABLE
    AS $$
select value::time

$$;

CREATE FUNCTION mail.mt_immutable_timestamp(value text) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE
    AS $$
select value::timestamp

$$;

CREATE FUNCTION mail.mt_immutable_timestamptz(value text) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    AS $$
select value::timestamptz

$$;

CREATE FUNCTION mail.mt_jsonb_append(jsonb, text[], jsonb, boolean, jsonb DEFAULT NULL::jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    if_not_exists ALIAS FOR $4;
    patch_expression ALIAS FOR $5;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) = 'object' AND NOT tmp_value @> jsonb_build_array(val) THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) <> 'object' AND NOT tmp_value @> val THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NOT NULL AND jsonb_typeof(patch_expression) = 'array' AND jsonb_array_length(patch_expression) = 0 THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            ELSE NULL;
            END CASE;
    END IF;
    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_append_key_value(jsonb, text[], jsonb, boolean) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    if_not_exists ALIAS FOR $4;
    tmp_value jsonb;
    _key text;
BEGIN
    tmp_value = retval #> location;

    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'object' THEN
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN NOT tmp_value ?| ARRAY(SELECT jsonb_object_keys(val)) THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            ELSE NULL;
        END CASE;
    END IF;
    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_copy(jsonb, text[], text[]) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    src_path ALIAS FOR $2;
    dst_path ALIAS FOR $3;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> src_path;
    retval = mail.mt_jsonb_fix_null_parent(retval, dst_path);
    RETURN jsonb_set(retval, dst_path, tmp_value::jsonb, TRUE);
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_duplicate(jsonb, text[], jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    targets ALIAS FOR $3;
    tmp_value jsonb;
    target_path text[];
    target text;
BEGIN
    FOR target IN SELECT jsonb_array_elements_text(targets)
    LOOP
        target_path = mail.mt_jsonb_path_to_array(target, '\.');
        retval = mail.mt_jsonb_copy(retval, location, target_path);
    END LOOP;

    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_fix_null_parent(jsonb, text[]) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
retval ALIAS FOR $1;
    dst_path ALIAS FOR $2;
    dst_path_segment text[] = ARRAY[]::text[];
    dst_path_array_length integer;
    i integer = 1;
BEGIN
    dst_path_array_length = array_length(dst_path, 1);
    WHILE i <=(dst_path_array_length - 1)
    LOOP
        dst_path_segment = dst_path_segment || ARRAY[dst_path[i]];
        IF retval #> dst_path_segment IS NULL OR retval #> dst_path_segment = 'null'::jsonb THEN
            retval = jsonb_set(retval, dst_path_segment, '{}'::jsonb, TRUE);
        END IF;
        i = i + 1;
    END LOOP;

    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_increment(jsonb, text[], numeric) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
retval ALIAS FOR $1;
    location ALIAS FOR $2;
    increment_value ALIAS FOR $3;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NULL THEN
        tmp_value = to_jsonb(0);
END IF;

RETURN jsonb_set(retval, location, to_jsonb(tmp_value::numeric + increment_value), TRUE);
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_insert(jsonb, text[], jsonb, integer, boolean, jsonb DEFAULT NULL::jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    elm_index ALIAS FOR $4;
    if_not_exists ALIAS FOR $5;
    patch_expression ALIAS FOR $6;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        IF elm_index IS NULL THEN
            elm_index = jsonb_array_length(tmp_value) + 1;
        END IF;
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) = 'object' AND NOT tmp_value @> jsonb_build_array(val) THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) <> 'object' AND NOT tmp_value @> val THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NOT NULL AND jsonb_typeof(patch_expression) = 'array' AND jsonb_array_length(patch_expression) = 0 THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            ELSE NULL;
        END CASE;
    END IF;
    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_move(jsonb, text[], text) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    src_path ALIAS FOR $2;
    dst_name ALIAS FOR $3;
    dst_path text[];
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> src_path;
    retval = retval #- src_path;
    dst_path = src_path;
    dst_path[array_length(dst_path, 1)] = dst_name;
    retval = mail.mt_jsonb_fix_null_parent(retval, dst_path);
    RETURN jsonb_set(retval, dst_path, tmp_value, TRUE);
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_patch(jsonb, jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    patchset ALIAS FOR $2;
    patch jsonb;
    patch_path text[];
    patch_expression jsonb;
    value jsonb;
BEGIN
    FOR patch IN SELECT * from jsonb_array_elements(patchset)
    LOOP
        patch_path = mail.mt_jsonb_path_to_array((patch->>'path')::text, '\.');

        patch_expression = null;
        IF (patch->>'type') IN ('remove', 'append_if_not_exists', 'insert_if_not_exists') AND (patch->>'expression') IS NOT NULL THEN
            patch_expression = jsonb_path_query_array(retval #> patch_path, (patch->>'expression')::jsonpath);
        END IF;

        CASE patch->>'type'
            WHEN 'set' THEN
                retval = jsonb_set(retval, patch_path, (patch->'value')::jsonb, TRUE);
            WHEN 'delete' THEN
                retval = retval#-patch_path;
            WHEN 'append' THEN
                retval = mail.mt_jsonb_append(retval, patch_path, (patch->'value')::jsonb, FALSE);
            WHEN 'append_if_not_exists' THEN
                retval = mail.mt_jsonb_append(retval, patch_path, (patch->'value')::jsonb, TRUE, patch_expression);
            WHEN 'append_key_value' THEN
                retval = mail.mt_jsonb_append_key_value(retval, patch_path, (patch->'key_value')::jsonb, FALSE);
            WHEN 'append_key_value_if_not_exists' THEN
                retval = mail.mt_jsonb_append_key_value(retval, patch_path, (patch->'key_value')::jsonb, TRUE);
            WHEN 'insert' THEN
                retval = mail.mt_jsonb_insert(retval, patch_path, (patch->'value')::jsonb, (patch->>'index')::integer, FALSE);
            WHEN 'insert_if_not_exists' THEN
                retval = mail.mt_jsonb_insert(retval, patch_path, (patch->'value')::jsonb, (patch->>'index')::integer, TRUE, patch_expression);
            WHEN 'remove' THEN
                retval = mail.mt_jsonb_remove(retval, patch_path, COALESCE(patch_expression, (patch->'value')::jsonb));
            WHEN 'remove_key' THEN
                retval = mail.mt_jsonb_remove_key(retval, patch_path, (patch->>'key'));
            WHEN 'duplicate' THEN
                retval = mail.mt_jsonb_duplicate(retval, patch_path, (patch->'targets')::jsonb);
            WHEN 'rename' THEN
                retval = mail.mt_jsonb_move(retval, patch_path, (patch->>'to')::text);
            WHEN 'increment' THEN
                retval = mail.mt_jsonb_increment(retval, patch_path, (patch->>'increment')::numeric);
            WHEN 'increment_float' THEN
                retval = mail.mt_jsonb_increment(retval, patch_path, (patch->>'increment')::numeric);
            ELSE NULL;
        END CASE;
    END LOOP;
    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_path_to_array(text, character) RETURNS text[]
    LANGUAGE plpgsql
    AS $_$
DECLARE
    location ALIAS FOR $1;
    regex_pattern ALIAS FOR $2;
BEGIN
RETURN regexp_split_to_array(location, regex_pattern)::text[];
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_remove(jsonb, text[], jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    tmp_value jsonb;
    tmp_remove jsonb;
    patch_remove jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        IF jsonb_typeof(val) = 'array' THEN
            tmp_remove = val;
        ELSE
            tmp_remove = jsonb_build_array(val);
        END IF;

        FOR patch_remove IN SELECT * FROM jsonb_array_elements(tmp_remove)
        LOOP
            tmp_value =(SELECT jsonb_agg(elem)
            FROM jsonb_array_elements(tmp_value) AS elem
            WHERE elem <> patch_remove);
        END LOOP;

        IF tmp_value IS NULL THEN
            tmp_value = '[]'::jsonb;
        END IF;
    END IF;
    RETURN jsonb_set(retval, location, tmp_value, FALSE);
END;
$_$;

CREATE FUNCTION mail.mt_jsonb_remove_key(jsonb, text[], text) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    _key ALIAS FOR $3;
    tmp_value jsonb;
    tmp_remove jsonb;
    patch_remove jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'object' THEN
        RETURN jsonb_set(retval, location, tmp_value - _key, FALSE);
    END IF;
    RETURN retval;
END;
$_$;

CREATE FUNCTION mail.mt_safe_unaccent(use_unaccent boolean, word text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
BEGIN
IF use_unaccent THEN
    RETURN public.unaccent(word);
ELSE
    RETURN word;
END IF;
END;
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE mail.mt_doc_api_key (
    id uuid NOT NULL,
    data jsonb NOT NULL,
    mt_last_modified timestamp with time zone DEFAULT transaction_timestamp(),
    mt_version uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
    mt_dotnet_type character varying
);

CREATE TABLE mail.mt_doc_config_revision (
    id character varying NOT NULL,
    data jsonb NOT NULL,
    mt_last_modified timestamp with time zone DEFAULT transaction_timestamp(),
    mt_version uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
    mt_dotnet_type character varying
);

CREATE TABLE mail.mt_doc_email_body (
    id character varying NOT NULL,
    data jsonb NOT NULL
);

CREATE TABLE mail.mt_doc_email_config (
    id character varying NOT NULL,
    data jsonb NOT NULL,
    mt_last_modified timestamp with time zone DEFAULT transaction_timestamp(),
    mt_version uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
    mt_dotnet_type character varying
);

CREATE TABLE mail.mt_doc_hold (
    id character varying NOT NULL,
    data jsonb NOT NULL,
    mt_last_modified timestamp with time zone DEFAULT transaction_timestamp(),
    mt_version uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
    mt_dotnet_type character varying
);

CREATE TABLE mail.mt_doc_idempotent_request (
    id character varying NOT NULL,
    data jsonb NOT NULL,
    mt_last_modified timestamp with time zone DEFAULT transaction_timestamp(),
    mt_version uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
    mt_dotnet_type character varying
);

CREATE TABLE mail.mt_doc_scheduled_email (
    id uuid NOT NULL,
    data jsonb NOT NULL,
    client_id text NOT NULL,
    status text NOT NULL,
    key text,
    scheduled_datetime timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    send_before timestamp with time zone NOT NULL,
    claimed_by uuid,
    claim_batch uuid,
    woken_at timestamp with time zone
);

CREATE TABLE mail.mt_doc_sender (
    id uuid NOT NULL,
    data jsonb NOT NULL,
    mt_last_modified timestamp with time zone DEFAULT transaction_timestamp(),
    mt_version uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
    mt_dotnet_type character varying
);

CREATE TABLE scheduler.schema_version (
    version integer NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE scheduler.timers (
    token_id uuid NOT NULL,
    due timestamp with time zone NOT NULL,
    destination text,
    content_type text,
    properties jsonb,
    body bytea,
    attempts integer DEFAULT 0 NOT NULL,
    error text,
    cancelled boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='90', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_insert_scale_factor='0.2', autovacuum_vacuum_cost_delay='0');

INSERT INTO mail.mt_doc_api_key VALUES ('01a212ea-68cb-7a13-8d83-3d715d4961b3', '{"id": "01a212ea-68cb-7a13-8d83-3d715d4961b3", "hash": "378a4391117de761b1b442357613c670d4328406201fc527b5c7edf5dfea3e96", "name": "shop", "client_id": "acme", "created_at": "2026-11-25T13:34:41.8679707+00:00", "last_used_at": null}', '2026-11-25 13:34:41.902391+00', '01a212ea-68e8-474d-af56-f18a1ee71725', 'Mail.Store.ApiKey');

INSERT INTO mail.mt_doc_config_revision VALUES ('acme/1', '{"id": "acme/1", "changes": {"kept": 0, "removed": 0, "too_late": [], "scheduled": 3, "superseded": 0}, "revision": 1, "saved_at": "2026-11-25T13:34:40.914394+00:00", "saved_by": "operator", "cancelled": [], "client_id": "acme", "scheduled": ["01a212ea-651b-74d6-a19c-c876f0c46a50", "01a212ea-651c-7fa5-b525-a175530ae589", "01a212ea-651c-789b-8255-6f687d0d7799"]}', '2026-11-25 13:34:40.763348+00', '01a212ea-662d-45c4-b297-eed315372ce1', 'Mail.Store.ConfigRevision');
INSERT INTO mail.mt_doc_config_revision VALUES ('acme/2', '{"id": "acme/2", "changes": {"kept": 1, "removed": 1, "too_late": [], "scheduled": 0, "superseded": 1}, "revision": 2, "saved_at": "2026-11-25T13:34:41.379977+00:00", "saved_by": "operator", "cancelled": ["01a212ea-651c-789b-8255-6f687d0d7799", "01a212ea-651c-7fa5-b525-a175530ae589"], "client_id": "acme", "scheduled": ["01a212ea-66e5-723d-a75a-bb3d033851b3"]}', '2026-11-25 13:34:41.336245+00', '01a212ea-6714-42ac-9433-a2e03d4f883f', 'Mail.Store.ConfigRevision');

INSERT INTO mail.mt_doc_email_body VALUES ('63f099000e8f63d7c376b51bd301258d63c1d9cce04b0ef896f698059f0dd3d3', '{"id": "63f099000e8f63d7c376b51bd301258d63c1d9cce04b0ef896f698059f0dd3d3", "html": null, "text": "Hello Ada", "client_id": "acme"}');
INSERT INTO mail.mt_doc_email_body VALUES ('b947a1a5ca97f96eb2195ac3f3ee9d929e4513fbf822fe83abd356723516e550', '{"id": "b947a1a5ca97f96eb2195ac3f3ee9d929e4513fbf822fe83abd356723516e550", "html": null, "text": "Never sent", "client_id": "acme"}');
INSERT INTO mail.mt_doc_email_body VALUES ('ede4d10220cc3e7fcb55069d392e7491876dd6a8a9ea5df8de7a5cb9e0532077', '{"id": "ede4d10220cc3e7fcb55069d392e7491876dd6a8a9ea5df8de7a5cb9e0532077", "html": null, "text": "First words", "client_id": "acme"}');
INSERT INTO mail.mt_doc_email_body VALUES ('288e23b4f303cf386da8794dae6aff4ea3152d29b9e43734fc6cc0110442316f', '{"id": "288e23b4f303cf386da8794dae6aff4ea3152d29b9e43734fc6cc0110442316f", "html": null, "text": "Last words", "client_id": "acme"}');
INSERT INTO mail.mt_doc_email_body VALUES ('e444508ea87638d12a78b492d6ce2739c176778038a91ddd9d42d074b5b25075', '{"id": "e444508ea87638d12a78b492d6ce2739c176778038a91ddd9d42d074b5b25075", "html": null, "text": "On its way", "client_id": "acme"}');
INSERT INTO mail.mt_doc_email_body VALUES ('c1486ca7cc15df8e37c2eab2702ec13c807e0c1b3525a729657b0483a6012265', '{"id": "c1486ca7cc15df8e37c2eab2702ec13c807e0c1b3525a729657b0483a6012265", "html": null, "text": "The same", "client_id": "acme"}');
INSERT INTO mail.mt_doc_email_body VALUES ('09562740e628f60acd11599b3aba3e7a7a6f8c0e104c4019b09419310640f233', '{"id": "09562740e628f60acd11599b3aba3e7a7a6f8c0e104c4019b09419310640f233", "html": null, "text": "Held back", "client_id": "other"}');

INSERT INTO mail.mt_doc_email_config VALUES ('acme', '{"id": "acme", "items": [{"key": "welcome", "email_id": "01a212ea-651b-74d6-a19c-c876f0c46a50", "fingerprint": "04429ef7becbb6cdf37abf00777333cd96848827eccc9081607ed9ec0e681e5b", "send_before": "2099-01-01T00:00:00+00:00", "scheduled_datetime": "2026-11-25T13:35:20+00:00"}, {"key": "changed", "email_id": "01a212ea-66e5-723d-a75a-bb3d033851b3", "fingerprint": "f7321f6f9d8dfffa5bd53c1b3bc36a65f18d15ae5cb5addaceeca54996dc4b39", "send_before": "2099-01-01T00:00:00+00:00", "scheduled_datetime": "2026-11-25T13:35:20+00:00"}], "deleted": false, "revision": 2, "saved_at": "2026-11-25T13:34:41.379977+00:00"}', '2026-11-25 13:34:41.336245+00', '01a212ea-6714-41b8-95a2-7fc818bee8f5', 'Mail.Store.EmailConfig');

INSERT INTO mail.mt_doc_hold VALUES ('other', '{"by": "operator", "id": "other", "since": "2026-11-25T13:34:41.972297+00:00", "reason": "migration"}', '2026-11-25 13:34:41.972265+00', '01a212ea-693c-4409-a575-52c2ae7f5a42', 'Mail.Store.Hold');

INSERT INTO mail.mt_doc_idempotent_request VALUES ('acme/order-1', '{"id": "acme/order-1", "body": "{\"id\":\"01a212ea-678e-7c97-abe9-6d5289a50c26\",\"client_id\":\"acme\",\"key\":null,\"source\":\"single\",\"revision\":null,\"to\":[\"alan@example.com\"],\"cc\":[],\"bcc\":[],\"reply_to\":[],\"subject\":\"Your order\",\"text\":\"On its way\",\"html\":null,\"headers\":{},\"status\":\"pending\",\"reason\":null,\"superseded_by\":null,\"resend_of\":null,\"scheduled_datetime\":\"2026-11-25T13:35:20.000Z\",\"send_before\":\"2099-01-01T00:00:00.000Z\",\"created_at\":\"2026-11-25T13:34:41.527Z\",\"sent_at\":null,\"lateness_ms\":null,\"attempts\":0,\"next_attempt_at\":null,\"forecast\":\"blocked\",\"message_id\":null,\"smtp_reply\":null,\"last_error\":null,\"explanation\":\"Due in 38 s, but it could not be sent now: no sender is running.\",\"timeline\":[{\"at\":\"2026-11-25T13:34:41.527Z\",\"event\":\"scheduled\",\"detail\":\"single e-mail\",\"by\":\"config-1\"}]}", "location": "/api/v1/scheduled-emails/01a212ea-678e-7c97-abe9-6d5289a50c26", "email_ids": ["01a212ea-678e-7c97-abe9-6d5289a50c26"], "created_at": "2026-11-25T13:34:41.527805+00:00", "fingerprint": "51b3d9141356382b18d70cdaab89fa553b884c62b3ef00ecfdda1d751597e7c9"}', '2026-11-25 13:34:41.527653+00', '01a212ea-67e8-4323-b77a-0689f9f8574c', 'Mail.Store.IdempotentRequest');

INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-651b-74d6-a19c-c876f0c46a50', '{"cc": [], "id": "01a212ea-651b-74d6-a19c-c876f0c46a50", "to": ["Ada Lovelace <ada@example.com>"], "bcc": [], "key": "welcome", "due_at": "2026-11-25T13:35:20+00:00", "reason": null, "source": "config", "status": "pending", "body_id": "63f099000e8f63d7c376b51bd301258d63c1d9cce04b0ef896f698059f0dd3d3", "headers": {}, "sent_at": null, "subject": "Welcome", "attempts": 0, "reply_to": [], "revision": 1, "timeline": [{"at": "2026-11-25T13:34:40.914394+00:00", "by": "config-1", "event": "scheduled", "detail": "config revision 1"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:40.914394+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'pending', 'welcome', '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-66e5-723d-a75a-bb3d033851b3', '{"cc": [], "id": "01a212ea-66e5-723d-a75a-bb3d033851b3", "to": ["grace@example.com"], "bcc": [], "key": "changed", "due_at": "2026-11-25T13:35:20+00:00", "reason": null, "source": "config", "status": "pending", "body_id": "288e23b4f303cf386da8794dae6aff4ea3152d29b9e43734fc6cc0110442316f", "headers": {}, "sent_at": null, "subject": "Final", "attempts": 0, "reply_to": [], "revision": 2, "timeline": [{"at": "2026-11-25T13:34:41.379977+00:00", "by": "config-1", "event": "scheduled", "detail": "config revision 2"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:41.379977+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'pending', 'changed', '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-651c-789b-8255-6f687d0d7799', '{"cc": [], "id": "01a212ea-651c-789b-8255-6f687d0d7799", "to": ["grace@example.com"], "bcc": [], "key": "changed", "due_at": "2026-11-25T13:35:20+00:00", "reason": "superseded", "source": "config", "status": "cancelled", "body_id": "ede4d10220cc3e7fcb55069d392e7491876dd6a8a9ea5df8de7a5cb9e0532077", "headers": {}, "sent_at": null, "subject": "Draft", "attempts": 0, "reply_to": [], "revision": 1, "timeline": [{"at": "2026-11-25T13:34:40.914394+00:00", "by": "config-1", "event": "scheduled", "detail": "config revision 1"}, {"at": "2026-11-25T13:34:41.40291+00:00", "by": "config-1", "event": "cancelled", "detail": "superseded by config revision 2"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:40.914394+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": "01a212ea-66e5-723d-a75a-bb3d033851b3", "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'cancelled', 'changed', '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-651c-7fa5-b525-a175530ae589', '{"cc": [], "id": "01a212ea-651c-7fa5-b525-a175530ae589", "to": ["old@example.com"], "bcc": [], "key": "gone", "due_at": "2026-11-25T13:35:20+00:00", "reason": "removed", "source": "config", "status": "cancelled", "body_id": "b947a1a5ca97f96eb2195ac3f3ee9d929e4513fbf822fe83abd356723516e550", "headers": {}, "sent_at": null, "subject": "Old", "attempts": 0, "reply_to": [], "revision": 1, "timeline": [{"at": "2026-11-25T13:34:40.914394+00:00", "by": "config-1", "event": "scheduled", "detail": "config revision 1"}, {"at": "2026-11-25T13:34:41.40291+00:00", "by": "config-1", "event": "cancelled", "detail": "removed by config revision 2"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:40.914394+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'cancelled', 'gone', '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-678e-7c97-abe9-6d5289a50c26', '{"cc": [], "id": "01a212ea-678e-7c97-abe9-6d5289a50c26", "to": ["alan@example.com"], "bcc": [], "key": null, "due_at": "2026-11-25T13:35:20+00:00", "reason": null, "source": "single", "status": "pending", "body_id": "e444508ea87638d12a78b492d6ce2739c176778038a91ddd9d42d074b5b25075", "headers": {}, "sent_at": null, "subject": "Your order", "attempts": 0, "reply_to": [], "revision": null, "timeline": [{"at": "2026-11-25T13:34:41.527805+00:00", "by": "config-1", "event": "scheduled", "detail": "single e-mail"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:41.527805+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'pending', NULL, '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-6979-7c87-a430-339ea9048666', '{"cc": [], "id": "01a212ea-6979-7c87-a430-339ea9048666", "to": ["held@example.com"], "bcc": [], "key": null, "due_at": "2026-11-25T13:35:20+00:00", "reason": null, "source": "single", "status": "pending", "body_id": "09562740e628f60acd11599b3aba3e7a7a6f8c0e104c4019b09419310640f233", "headers": {}, "sent_at": null, "subject": "Held", "attempts": 0, "reply_to": [], "revision": null, "timeline": [{"at": "2026-11-25T13:34:42.036686+00:00", "by": "config-1", "event": "scheduled", "detail": "single e-mail"}], "woken_at": null, "client_id": "other", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:42.036686+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'other', 'pending', NULL, '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-685a-7cb7-8a58-aede83b4f053', '{"cc": [], "id": "01a212ea-685a-7cb7-8a58-aede83b4f053", "to": ["b1@example.com"], "bcc": [], "key": null, "due_at": "2026-11-25T13:35:20+00:00", "reason": null, "source": "single", "status": "pending", "body_id": "c1486ca7cc15df8e37c2eab2702ec13c807e0c1b3525a729657b0483a6012265", "headers": {}, "sent_at": null, "subject": "One", "attempts": 0, "reply_to": [], "revision": null, "timeline": [{"at": "2026-11-25T13:34:41.749284+00:00", "by": "config-1", "event": "scheduled", "detail": "batch of single e-mails"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:41.749284+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'pending', NULL, '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mail.mt_doc_scheduled_email VALUES ('01a212ea-685a-7afa-ae77-dc23d489fc96', '{"cc": [], "id": "01a212ea-685a-7afa-ae77-dc23d489fc96", "to": ["b2@example.com"], "bcc": [], "key": null, "due_at": "2026-11-25T13:35:20+00:00", "reason": null, "source": "single", "status": "pending", "body_id": "c1486ca7cc15df8e37c2eab2702ec13c807e0c1b3525a729657b0483a6012265", "headers": {}, "sent_at": null, "subject": "Two", "attempts": 0, "reply_to": [], "revision": null, "timeline": [{"at": "2026-11-25T13:34:41.749284+00:00", "by": "config-1", "event": "scheduled", "detail": "batch of single e-mails"}], "woken_at": null, "client_id": "acme", "resend_of": null, "claimed_by": null, "created_at": "2026-11-25T13:34:41.749284+00:00", "last_error": null, "message_id": null, "smtp_reply": null, "claim_batch": null, "send_before": "2099-01-01T00:00:00+00:00", "superseded_by": null, "send_before_set": true, "scheduled_datetime": "2026-11-25T13:35:20+00:00"}', 'acme', 'pending', NULL, '2026-11-25 13:35:20+00', '2026-11-25 13:35:20+00', '2099-01-01 00:00:00+00', NULL, NULL, NULL);

INSERT INTO scheduler.schema_version VALUES (1, '2026-11-25 13:34:38.774913+00');

INSERT INTO scheduler.timers VALUES ('01a212ea-6794-7dec-a660-8aa3b589ea19', '2026-11-25 13:35:20+00', 'exchange:send-email', 'application/vnd.masstransit+json', '{"messageId": "a2490000-4039-82ab-9649-08df4af8dc23", "conversationId": "a2490000-4039-82ab-b8ab-08df4af8dc23"}', '\x7b0a2020226d6573736167654964223a202261323439303030302d343033392d383261622d393634392d303864663461663864633233222c0a202022726571756573744964223a206e756c6c2c0a202022636f7272656c6174696f6e4964223a206e756c6c2c0a202022636f6e766572736174696f6e4964223a202261323439303030302d343033392d383261622d623861622d303864663461663864633233222c0a202022696e69746961746f724964223a206e756c6c2c0a202022736f7572636541646472657373223a206e756c6c2c0a20202264657374696e6174696f6e41646472657373223a202265786368616e67653a73656e642d656d61696c222c0a202022726573706f6e736541646472657373223a206e756c6c2c0a2020226661756c7441646472657373223a206e756c6c2c0a2020226d65737361676554797065223a205b0a202020202275726e3a6d6573736167653a4d61696c2e436f6e7472616374733a53656e64456d61696c220a20205d2c0a2020226d657373616765223a207b0a2020202022656d61696c4964223a202230316132313265612d363738652d376339372d616265392d366435323839613530633236220a20207d2c0a20202265787069726174696f6e54696d65223a206e756c6c2c0a20202273656e7454696d65223a2022323032362d31312d32355431333a33343a34312e353536343336315a222c0a20202268656164657273223a207b7d2c0a202022686f7374223a207b0a20202020226d616368696e654e616d65223a2022766d222c0a202020202270726f636573734e616d65223a2022436f6e66696753657276696365222c0a202020202270726f636573734964223a2031383835302c0a2020202022617373656d626c79223a2022436f6e66696753657276696365222c0a2020202022617373656d626c7956657273696f6e223a2022312e302e302e30222c0a20202020226672616d65776f726b56657273696f6e223a202231302e302e3132222c0a20202020226d6173735472616e73697456657273696f6e223a2022382e352e31322e30222c0a20202020226f7065726174696e6753797374656d56657273696f6e223a2022556e697820362e31382e34342e373832220a20207d0a7d', 0, NULL, false, '2026-11-25 13:34:41.527653+00');
INSERT INTO scheduler.timers VALUES ('01a212ea-6864-7996-ae0c-7e7d49227d16', '2026-11-25 13:35:20+00', 'exchange:send-email', 'application/vnd.masstransit+json', '{"messageId": "a2490000-4039-82ab-52c0-08df4af8dc43", "conversationId": "a2490000-4039-82ab-532d-08df4af8dc43"}', '\x7b0a2020226d6573736167654964223a202261323439303030302d343033392d383261622d353263302d303864663461663864633433222c0a202022726571756573744964223a206e756c6c2c0a202022636f7272656c6174696f6e4964223a206e756c6c2c0a202022636f6e766572736174696f6e4964223a202261323439303030302d343033392d383261622d353332642d303864663461663864633433222c0a202022696e69746961746f724964223a206e756c6c2c0a202022736f7572636541646472657373223a206e756c6c2c0a20202264657374696e6174696f6e41646472657373223a202265786368616e67653a73656e642d656d61696c222c0a202022726573706f6e736541646472657373223a206e756c6c2c0a2020226661756c7441646472657373223a206e756c6c2c0a2020226d65737361676554797065223a205b0a202020202275726e3a6d6573736167653a4d61696c2e436f6e7472616374733a53656e64456d61696c220a20205d2c0a2020226d657373616765223a207b0a2020202022656d61696c4964223a202230316132313265612d363835612d376362372d386135382d616564653833623466303533220a20207d2c0a20202265787069726174696f6e54696d65223a206e756c6c2c0a20202273656e7454696d65223a2022323032362d31312d32355431333a33343a34312e373634343232345a222c0a20202268656164657273223a207b7d2c0a202022686f7374223a207b0a20202020226d616368696e654e616d65223a2022766d222c0a202020202270726f636573734e616d65223a2022436f6e66696753657276696365222c0a202020202270726f636573734964223a2031383835302c0a2020202022617373656d626c79223a2022436f6e66696753657276696365222c0a2020202022617373656d626c7956657273696f6e223a2022312e302e302e30222c0a20202020226672616d65776f726b56657273696f6e223a202231302e302e3132222c0a20202020226d6173735472616e73697456657273696f6e223a2022382e352e31322e30222c0a20202020226f7065726174696e6753797374656d56657273696f6e223a2022556e697820362e31382e34342e373832220a20207d0a7d', 0, NULL, false, '2026-11-25 13:34:41.749236+00');
INSERT INTO scheduler.timers VALUES ('01a212ea-6864-7b06-ad37-1dcd7cf7ca64', '2026-11-25 13:35:20+00', 'exchange:send-email', 'application/vnd.masstransit+json', '{"messageId": "a2490000-4039-82ab-5d41-08df4af8dc43", "conversationId": "a2490000-4039-82ab-5f93-08df4af8dc43"}', '\x7b0a2020226d6573736167654964223a202261323439303030302d343033392d383261622d356434312d303864663461663864633433222c0a202022726571756573744964223a206e756c6c2c0a202022636f7272656c6174696f6e4964223a206e756c6c2c0a202022636f6e766572736174696f6e4964223a202261323439303030302d343033392d383261622d356639332d303864663461663864633433222c0a202022696e69746961746f724964223a206e756c6c2c0a202022736f7572636541646472657373223a206e756c6c2c0a20202264657374696e6174696f6e41646472657373223a202265786368616e67653a73656e642d656d61696c222c0a202022726573706f6e736541646472657373223a206e756c6c2c0a2020226661756c7441646472657373223a206e756c6c2c0a2020226d65737361676554797065223a205b0a202020202275726e3a6d6573736167653a4d61696c2e436f6e7472616374733a53656e64456d61696c220a20205d2c0a2020226d657373616765223a207b0a2020202022656d61696c4964223a202230316132313265612d363835612d376166612d616537372d646332336434383966633936220a20207d2c0a20202265787069726174696f6e54696d65223a206e756c6c2c0a20202273656e7454696d65223a2022323032362d31312d32355431333a33343a34312e373634363931335a222c0a20202268656164657273223a207b7d2c0a202022686f7374223a207b0a20202020226d616368696e654e616d65223a2022766d222c0a202020202270726f636573734e616d65223a2022436f6e66696753657276696365222c0a202020202270726f636573734964223a2031383835302c0a2020202022617373656d626c79223a2022436f6e66696753657276696365222c0a2020202022617373656d626c7956657273696f6e223a2022312e302e302e30222c0a20202020226672616d65776f726b56657273696f6e223a202231302e302e3132222c0a20202020226d6173735472616e73697456657273696f6e223a2022382e352e31322e30222c0a20202020226f7065726174696e6753797374656d56657273696f6e223a2022556e697820362e31382e34342e373832220a20207d0a7d', 0, NULL, false, '2026-11-25 13:34:41.749236+00');
INSERT INTO scheduler.timers VALUES ('7a09df24-4991-8e3d-a9d2-51076011ff20', '2026-11-25 13:35:20+00', 'exchange:send-email', 'application/vnd.masstransit+json', '{"messageId": "a4490000-4039-82ab-2bd6-08df4af8dc5a", "sourceAddress": "rabbitmq://127.0.0.1:25608/mail/vm_SchedulerService_bus_wtroyyny8gbkspr7bdxwi6g387?temporary=true", "conversationId": "a4490000-4039-82ab-a8b6-08df4af8dc5b"}', '\x7b0a2020226d6573736167654964223a202261343439303030302d343033392d383261622d326264362d303864663461663864633561222c0a202022726571756573744964223a206e756c6c2c0a202022636f7272656c6174696f6e4964223a206e756c6c2c0a202022636f6e766572736174696f6e4964223a202261343439303030302d343033392d383261622d613862362d303864663461663864633562222c0a202022696e69746961746f724964223a206e756c6c2c0a202022736f7572636541646472657373223a20227261626269746d713a2f2f3132372e302e302e313a32353630382f6d61696c2f766d5f5363686564756c6572536572766963655f6275735f7774726f79796e793867626b73707237626478776936673338373f74656d706f726172793d74727565222c0a20202264657374696e6174696f6e41646472657373223a20227261626269746d713a2f2f3132372e302e302e313a32353630382f6d61696c2f73656e642d656d61696c222c0a202022726573706f6e736541646472657373223a206e756c6c2c0a2020226661756c7441646472657373223a206e756c6c2c0a2020226d65737361676554797065223a205b0a202020202275726e3a6d6573736167653a4d61696c2e436f6e7472616374733a53656e64456d61696c220a20205d2c0a2020226d657373616765223a207b0a2020202022656d61696c4964223a202230316132313265612d363531622d373464362d613139632d633837366630633436613530220a20207d2c0a20202265787069726174696f6e54696d65223a206e756c6c2c0a20202273656e7454696d65223a2022323032362d31312d32355431333a33343a34312e3931343135395a222c0a20202268656164657273223a207b7d2c0a202022686f7374223a207b0a20202020226d616368696e654e616d65223a2022766d222c0a202020202270726f636573734e616d65223a20225363686564756c657253657276696365222c0a202020202270726f636573734964223a2031383835322c0a2020202022617373656d626c79223a20225363686564756c657253657276696365222c0a2020202022617373656d626c7956657273696f6e223a2022312e302e302e30222c0a20202020226672616d65776f726b56657273696f6e223a202231302e302e3132222c0a20202020226d6173735472616e73697456657273696f6e223a2022382e352e31322e30222c0a20202020226f7065726174696e6753797374656d56657273696f6e223a2022556e697820362e31382e34342e373832220a20207d0a7d', 0, NULL, false, '2026-11-25 13:34:41.958754+00');
INSERT INTO scheduler.timers VALUES ('f4a5852f-a6b8-8740-9e21-fb1980470397', '2026-11-25 13:35:20+00', 'exchange:send-email', 'application/vnd.masstransit+json', '{"messageId": "a4490000-4039-82ab-4c09-08df4af8dc5a", "sourceAddress": "rabbitmq://127.0.0.1:25608/mail/vm_SchedulerService_bus_wtroyyny8gbkspr7bdxwi6g387?temporary=true", "conversationId": "a4490000-4039-82ab-20d8-08df4af8dc5c"}', '\x7b0a2020226d6573736167654964223a202261343439303030302d343033392d383261622d346330392d303864663461663864633561222c0a202022726571756573744964223a206e756c6c2c0a202022636f7272656c6174696f6e4964223a206e756c6c2c0a202022636f6e766572736174696f6e4964223a202261343439303030302d343033392d383261622d323064382d303864663461663864633563222c0a202022696e69746961746f724964223a206e756c6c2c0a202022736f7572636541646472657373223a20227261626269746d713a2f2f3132372e302e302e313a32353630382f6d61696c2f766d5f5363686564756c6572536572766963655f6275735f7774726f79796e793867626b73707237626478776936673338373f74656d706f726172793d74727565222c0a20202264657374696e6174696f6e41646472657373223a20227261626269746d713a2f2f3132372e302e302e313a32353630382f6d61696c2f73656e642d656d61696c222c0a202022726573706f6e736541646472657373223a206e756c6c2c0a2020226661756c7441646472657373223a206e756c6c2c0a2020226d65737361676554797065223a205b0a202020202275726e3a6d6573736167653a4d61696c2e436f6e7472616374733a53656e64456d61696c220a20205d2c0a2020226d657373616765223a207b0a2020202022656d61696c4964223a202230316132313265612d363665352d373233642d613735612d626233643033333835316233220a20207d2c0a20202265787069726174696f6e54696d65223a206e756c6c2c0a20202273656e7454696d65223a2022323032362d31312d32355431333a33343a34312e393134393833335a222c0a20202268656164657273223a207b7d2c0a202022686f7374223a207b0a20202020226d616368696e654e616d65223a2022766d222c0a202020202270726f636573734e616d65223a20225363686564756c657253657276696365222c0a202020202270726f636573734964223a2031383835322c0a2020202022617373656d626c79223a20225363686564756c657253657276696365222c0a2020202022617373656d626c7956657273696f6e223a2022312e302e302e30222c0a20202020226672616d65776f726b56657273696f6e223a202231302e302e3132222c0a20202020226d6173735472616e73697456657273696f6e223a2022382e352e31322e30222c0a20202020226f7065726174696e6753797374656d56657273696f6e223a2022556e697820362e31382e34342e373832220a20207d0a7d', 0, NULL, false, '2026-11-25 13:34:41.957148+00');
INSERT INTO scheduler.timers VALUES ('4999ee6c-102a-81f1-8060-b4b9ee436b50', 'infinity', NULL, NULL, NULL, NULL, 0, NULL, true, '2026-11-25 13:34:41.984796+00');
INSERT INTO scheduler.timers VALUES ('9b5e1b1a-5a0a-86fd-a60b-d3a88ce58667', 'infinity', NULL, NULL, NULL, NULL, 0, NULL, true, '2026-11-25 13:34:41.984796+00');
INSERT INTO scheduler.timers VALUES ('01a212ea-697b-70fb-ba45-afffa6c187ff', '2026-11-25 13:35:20+00', 'exchange:send-email', 'application/vnd.masstransit+json', '{"messageId": "a2490000-4039-82ab-ea82-08df4af8dc6d", "conversationId": "a2490000-4039-82ab-ead8-08df4af8dc6d"}', '\x7b0a2020226d6573736167654964223a202261323439303030302d343033392d383261622d656138322d303864663461663864633664222c0a202022726571756573744964223a206e756c6c2c0a202022636f7272656c6174696f6e4964223a206e756c6c2c0a202022636f6e766572736174696f6e4964223a202261323439303030302d343033392d383261622d656164382d303864663461663864633664222c0a202022696e69746961746f724964223a206e756c6c2c0a202022736f7572636541646472657373223a206e756c6c2c0a20202264657374696e6174696f6e41646472657373223a202265786368616e67653a73656e642d656d61696c222c0a202022726573706f6e736541646472657373223a206e756c6c2c0a2020226661756c7441646472657373223a206e756c6c2c0a2020226d65737361676554797065223a205b0a202020202275726e3a6d6573736167653a4d61696c2e436f6e7472616374733a53656e64456d61696c220a20205d2c0a2020226d657373616765223a207b0a2020202022656d61696c4964223a202230316132313265612d363937392d376338372d613433302d333339656139303438363636220a20207d2c0a20202265787069726174696f6e54696d65223a206e756c6c2c0a20202273656e7454696d65223a2022323032362d31312d32355431333a33343a34322e303433353538365a222c0a20202268656164657273223a207b7d2c0a202022686f7374223a207b0a20202020226d616368696e654e616d65223a2022766d222c0a202020202270726f636573734e616d65223a2022436f6e66696753657276696365222c0a202020202270726f636573734964223a2031383835302c0a2020202022617373656d626c79223a2022436f6e66696753657276696365222c0a2020202022617373656d626c7956657273696f6e223a2022312e302e302e30222c0a20202020226672616d65776f726b56657273696f6e223a202231302e302e3132222c0a20202020226d6173735472616e73697456657273696f6e223a2022382e352e31322e30222c0a20202020226f7065726174696e6753797374656d56657273696f6e223a2022556e697820362e31382e34342e373832220a20207d0a7d', 0, NULL, false, '2026-11-25 13:34:42.036638+00');

ALTER TABLE ONLY mail.mt_doc_api_key
    ADD CONSTRAINT pkey_mt_doc_api_key_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_config_revision
    ADD CONSTRAINT pkey_mt_doc_config_revision_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_email_body
    ADD CONSTRAINT pkey_mt_doc_email_body_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_email_config
    ADD CONSTRAINT pkey_mt_doc_email_config_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_hold
    ADD CONSTRAINT pkey_mt_doc_hold_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_idempotent_request
    ADD CONSTRAINT pkey_mt_doc_idempotent_request_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_scheduled_email
    ADD CONSTRAINT pkey_mt_doc_scheduled_email_id PRIMARY KEY (id);

ALTER TABLE ONLY mail.mt_doc_sender
    ADD CONSTRAINT pkey_mt_doc_sender_id PRIMARY KEY (id);

ALTER TABLE ONLY scheduler.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY scheduler.timers
    ADD CONSTRAINT timers_pkey PRIMARY KEY (token_id);

CREATE INDEX api_key_by_client ON mail.mt_doc_api_key USING btree (((data ->> 'client_id'::text)));

CREATE INDEX api_key_by_hash ON mail.mt_doc_api_key USING btree (((data ->> 'hash'::text)));

CREATE INDEX config_revision_list ON mail.mt_doc_config_revision USING btree (((data ->> 'client_id'::text)), (((data ->> 'revision'::text))::bigint));

CREATE INDEX scheduled_email_claims ON mail.mt_doc_scheduled_email USING btree (claimed_by) WHERE (status = 'sending'::text);

CREATE INDEX scheduled_email_expiry ON mail.mt_doc_scheduled_email USING btree (send_before) WHERE (status = 'pending'::text);

CREATE INDEX scheduled_email_list ON mail.mt_doc_scheduled_email USING btree (client_id, scheduled_datetime, id);

CREATE INDEX scheduled_email_overdue ON mail.mt_doc_scheduled_email USING btree (due_at) WHERE (status = 'pending'::text);

CREATE INDEX timers_due ON scheduler.timers USING btree (due);

