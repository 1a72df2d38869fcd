namespace Mail.ConfigService.OpenApi;

/// <summary>Every <c>code</c> of a problem, the status that it comes with, and what it means.</summary>
internal static class Codes
{
    internal static IReadOnlyDictionary<string, (int Status, string Meaning)> All { get; } = new Dictionary<string, (int, string)>(StringComparer.Ordinal)
    {
        ["invalid_json"] = (400, "The body is not JSON in UTF-8."),
        ["bad_request"] = (400, "The request could not be read as HTTP."),
        ["unauthorized"] = (401, "No API key, or one that is not known or was revoked."),
        ["forbidden"] = (403, "The key belongs to another client, or this needs the operator's key."),
        ["not_found"] = (404, "There is nothing at this path."),
        ["method_not_allowed"] = (405, "The path does not take this method."),
        ["config_not_found"] = (404, "This client has no e-mail config."),
        ["email_not_found"] = (404, "There is no e-mail with this id, or it is another client's."),
        ["client_not_found"] = (404, "Nothing is kept of this client."),
        ["api_key_not_found"] = (404, "This client has no key with this id."),
        ["too_late"] = (409, "The e-mail is being sent or final; current_status says which."),
        ["managed_by_config"] = (409, "The e-mail is an item of the client's config: change its time there."),
        ["not_resendable"] = (409, "Only a failed, unknown or expired e-mail whose content is still kept can be resent; current_status says where it stands."),
        ["held"] = (409, "Sending is held back: since, by and reason say since when, by whom and why, detail how to release it."),
        ["still_sending"] = (409, "E-mails of this client are being handed over, too_late names them: try again in a moment, or hold the client first."),
        ["idempotency_in_progress"] = (409, "The first request with this Idempotency-Key is still running."),
        ["revision_mismatch"] = (412, "The config is at another revision than If-Match says."),
        ["body_too_large"] = (413, "The body is larger than 32 MiB."),
        ["unsupported_media_type"] = (415, "The body is not declared as JSON in UTF-8."),
        ["invalid_body"] = (422, "A field breaks a rule, or errors of several kinds come together; errors names them all."),
        ["unknown_field"] = (422, "The body has a field that this request does not take."),
        ["duplicate_field"] = (422, "The body has a field twice."),
        ["time_without_offset"] = (422, "A time does not say which time zone is meant."),
        ["scheduled_in_the_past"] = (422, "An e-mail is due more than an hour ago."),
        ["already_sent"] = (422, "An item was changed whose e-mail is already sending, sent or unknown, without a time in the future."),
        ["invalid_query"] = (422, "A query parameter breaks a rule."),
        ["unknown_parameter"] = (422, "The query has a parameter that this request does not take."),
        ["invalid_client_id"] = (422, "The client_id is not 1 to 128 of A-Z a-z 0-9 . _ -"),
        ["invalid_idempotency_key"] = (422, "The Idempotency-Key is not 1 to 255 characters."),
        ["idempotency_key_reused"] = (422, "The Idempotency-Key was used for another request."),
        ["too_many_wrong_keys"] = (429, "Too many wrong keys from this address; Retry-After says how long to stay away."),
        ["too_many_requests"] = (429, "This client key makes more requests a second than API_RATE_LIMIT allows."),
        ["internal_error"] = (500, "Something is wrong on our side; the log has it under this request's id."),
        ["smtp_failed"] = (502, "The test e-mail was not sent; smtp_reply and hint say why."),
        ["database_unavailable"] = (503, "The database does not answer at the moment. If this was a save, look first whether it took effect."),
        ["email_not_configured"] = (503, "No sender has all it needs; missing and hint say what."),
        ["no_outcome_yet"] = (504, "There is no outcome after 30 s: look at the e-mail itself."),
    };
}
