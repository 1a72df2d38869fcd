using System.Reflection;

namespace Mail.ConfigService.Problems;

/// <summary>Every <see cref="ProblemCode"/> of the API.</summary>
internal static partial class ProblemCodes
{
    internal static readonly ProblemCode InvalidJson = new("invalid_json", 400, "The body is not JSON in UTF-8.");
    internal static readonly ProblemCode BadRequest = new("bad_request", 400, "The request could not be read as HTTP.");
    internal static readonly ProblemCode Unauthorized = new("unauthorized", 401, "No API key, or one that is not known or was revoked.");
    internal static readonly ProblemCode Forbidden = new(
        "forbidden", 403, "The key belongs to another client, or this needs the operator's key.");
    internal static readonly ProblemCode NotFound = new("not_found", 404, "There is nothing at this path.");
    internal static readonly ProblemCode MethodNotAllowed = new("method_not_allowed", 405, "The path does not take this method.");
    internal static readonly ProblemCode ConfigNotFound = new("config_not_found", 404, "This client has no e-mail config.");
    internal static readonly ProblemCode SeriesNotFound = new("series_not_found", 404, "The client's config has no series with this key.");
    internal static readonly ProblemCode EmailNotFound = new(
        "email_not_found", 404, "There is no e-mail with this id, or it is another client's.");
    internal static readonly ProblemCode ClientNotFound = new("client_not_found", 404, "Nothing is kept of this client.");
    internal static readonly ProblemCode AttachmentNotFound = new(
        "attachment_not_found", 404,
        "This client has no attachment with this id: it was never uploaded, or nothing referred to it for 72 hours.");
    internal static readonly ProblemCode WebhookNotFound = new("webhook_not_found", 404, "This client has no webhook with this id.");
    internal static readonly ProblemCode ApiKeyNotFound = new("api_key_not_found", 404, "This client has no key with this id.");
    internal static readonly ProblemCode TooLate = new(
        "too_late", 409, "The e-mail is being sent or final; current_status says which.",
        """{"current_status":"sent"}""");
    internal static readonly ProblemCode ManagedByConfig = new(
        "managed_by_config", 409, "The e-mail is an item of the client's config: change its time there.");
    internal static readonly ProblemCode NotResendable = new(
        "not_resendable", 409,
        "Only a failed, unknown or expired e-mail whose content is still kept can be resent; current_status says where it stands.",
        """{"current_status":"pending"}""");
    internal static readonly ProblemCode AlreadyResent = new(
        "already_resent", 409, "The e-mail was resent before; resent_as names the one to look at, and to resend if need be.",
        """{"resent_as":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"}""");
    internal static readonly ProblemCode NotFinal = new(
        "not_final", 409, "Only a failed, unknown or expired e-mail can be dismissed; current_status says where it stands.",
        """{"current_status":"pending"}""");
    internal static readonly ProblemCode Held = new(
        "held", 409, "Sending is held back: since, by and reason say since when, by whom and why, detail how to release it.",
        """{"since":"2026-11-24T15:12:09.310Z","by":"operator","reason":"the provider is being changed"}""");
    internal static readonly ProblemCode StillSending = new(
        "still_sending", 409,
        "E-mails of this client are being handed over, too_late names them: try again in a moment, or hold the client first.",
        """{"too_late":["019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"]}""") { SaysWhenToRetry = true };
    internal static readonly ProblemCode IdempotencyInProgress = new(
        "idempotency_in_progress", 409, "The first request with this Idempotency-Key is still running.") { SaysWhenToRetry = true };
    internal static readonly ProblemCode CursorExpired = new(
        "cursor_expired", 410,
        "Events after this cursor are no longer kept, or it is from before a restore; oldest_cursor is where to begin.",
        """{"oldest_cursor":"b4Qn0ZsQx3sAAAAAAAABLwAAAAAAABJnAAABmtDEehA"}""");
    internal static readonly ProblemCode RevisionMismatch = new(
        "revision_mismatch", 412, "The config is at another revision than If-Match says.");
    internal static readonly ProblemCode VersionMismatch = new(
        "version_mismatch", 412, "The template is at another version than If-Match says.");
    internal static readonly ProblemCode BodyTooLarge = new("body_too_large", 413, "The body is larger than 32 MiB.");
    internal static readonly ProblemCode AttachmentTooLarge = new(
        "attachment_too_large", 413, "The attachment is larger than 25 MiB: link to it instead.");
    internal static readonly ProblemCode UnsupportedMediaType = new(
        "unsupported_media_type", 415, "The body is not declared as JSON in UTF-8.");
    internal static readonly ProblemCode UnsupportedContentEncoding = new("unsupported_content_encoding", 415, "The body is compressed.");
    internal static readonly ProblemCode InvalidBody = new(
        "invalid_body", 422, "A field breaks a rule, or errors of several kinds come together; errors names them all.",
        """{"errors":{"/to/0":["not an e-mail address"]}}""");
    internal static readonly ProblemCode UnknownField = new(
        "unknown_field", 422, "The body has a field that this request does not take.",
        """{"errors":{"/sujbect":["is not a field of this request"]}}""");
    internal static readonly ProblemCode DuplicateField = new(
        "duplicate_field", 422, "The body has a field twice.",
        """{"errors":{"/subject":["is given more than once"]}}""");
    internal static readonly ProblemCode ConflictingFields = new(
        "conflicting_fields", 422, "Two fields exclude each other, or one of the two is missing.",
        """{"errors":{"/attachments/0":["has both id and content: give one of them"]}}""");
    internal static readonly ProblemCode TooManyEmails = new(
        "too_many_emails", 422, "The request is about more e-mails than one may be; count says about how many.",
        """{"count":12345}""");
    internal static readonly ProblemCode FilterTooBroad = new(
        "filter_too_broad", 422,
        "More e-mails would have to be looked at than one request may: narrow the filter by client_id, recipient, status or due time.");
    internal static readonly ProblemCode AlreadySent = new(
        "already_sent", 422, "An item was changed whose e-mail is already sending, sent or unknown, without a time in the future.",
        """{"errors":{"/emails/3":["was changed, but the e-mail is already sent: give it a time in the future to send another"]}}""");
    internal static readonly ProblemCode UnknownAttachment = AttachmentNotFound with
    {
        Status = 422,
        Example = """{"errors":{"/attachments/0/id":["is no attachment of this client: upload it again"]}}""",
    };
    internal static readonly ProblemCode InvalidBase64 = new(
        "invalid_base64", 422, "The content of an attachment is not base64 with its padding.",
        """{"errors":{"/attachments/0/content":["is not base64 with its padding (RFC 4648, section 4)"]}}""");
    internal static readonly ProblemCode EmptyAttachment = new(
        "empty_attachment", 422, "An attachment has no bytes.",
        """{"errors":{"/attachments/0/content":["is empty"]}}""");
    internal static readonly ProblemCode DigestMismatch = new(
        "digest_mismatch", 422, "The body has another SHA-256 than Repr-Digest says.",
        """{"errors":{"/Repr-Digest":["is not the SHA-256 of the body"]}}""");
    internal static readonly ProblemCode UnsupportedContentType = new(
        "unsupported_content_type", 422, "A media type is none, or is message/* or multipart/*.",
        """{"errors":{"/attachments/0/content_type":["is not a media type"]}}""");
    internal static readonly ProblemCode UnsafeFilename = new(
        "unsafe_filename", 422,
        "A file name is a path, has hidden characters, outer blanks or trailing dots, or more than 255 code points.",
        """{"errors":{"/attachments/0/filename":["must be a name without a path"]}}""");
    internal static readonly ProblemCode BlockedFileType = new(
        "blocked_file_type", 422, "A file name has an ending that mail servers refuse (BLOCKED_FILE_TYPES).",
        """{"errors":{"/attachments/0/filename":["ends in .exe, which mail servers refuse (BLOCKED_FILE_TYPES)"]}}""");
    internal static readonly ProblemCode UnusedContentId = new(
        "unused_content_id", 422, "An attachment has a content_id that the HTML does not refer to.",
        """{"errors":{"/attachments/0/content_id":["is not used: no cid:logo in the HTML refers to it"]}}""");
    internal static readonly ProblemCode UnknownContentId = new(
        "unknown_content_id", 422, "The HTML refers to a cid: that no attachment has.",
        """{"errors":{"/html":["refers to cid:logo, and no attachment has that content_id"]}}""");
    internal static readonly ProblemCode DuplicateContentId = new(
        "duplicate_content_id", 422, "Two attachments of an e-mail have the same content_id.",
        """{"errors":{"/attachments/1/content_id":["names another attachment of this e-mail too"]}}""");
    internal static readonly ProblemCode MessageTooLarge = new(
        "message_too_large", 422, "The message, encoding and all, is larger than MAX_MESSAGE_MIB.",
        """{"errors":{"":["makes a message of up to 30 MiB, encoding and all; the most is 25 MiB (MAX_MESSAGE_MIB)"]}}""");
    internal static readonly ProblemCode EgressForbidden = new(
        "egress_forbidden", 422,
        "A webhook leads where nothing is sent: a private, reserved or local address that EGRESS_ALLOW does not name.",
        """{"errors":{"/url":["leads where nothing is sent: 127.0.0.1 is loopback"]}}""");
    internal static readonly ProblemCode TooManyWebhooks = new(
        "too_many_webhooks", 422, "The client has 10 webhooks, which are the most.",
        """{"errors":{"":["would be the client's webhook number 11: 10 are the most"]}}""");
    internal static readonly ProblemCode InvalidQuery = new(
        "invalid_query", 422, "A query parameter breaks a rule.",
        """{"errors":{"/limit":["must be a number from 1 to 500"]}}""");
    internal static readonly ProblemCode UnknownParameter = new(
        "unknown_parameter", 422, "The query has a parameter that this request does not take.",
        """{"errors":{"/limt":["is not a parameter of this request"]}}""");
    internal static readonly ProblemCode InvalidClientId = new(
        "invalid_client_id", 422, "The client_id is not 1 to 128 of A-Z a-z 0-9 . _ -, or it is . or ..",
        """{"errors":{"/client_id":["must be 1 to 128 of A-Z a-z 0-9 . _ -, and neither . nor .."]}}""");
    internal static readonly ProblemCode InvalidIdempotencyKey = new(
        "invalid_idempotency_key", 422, "The Idempotency-Key is not 1 to 255 characters.",
        """{"errors":{"/Idempotency-Key":["must be 1 to 255 characters"]}}""");
    internal static readonly ProblemCode IdempotencyKeyReused = new(
        "idempotency_key_reused", 422, "The Idempotency-Key was used for another request.");
    internal static readonly ProblemCode TooManyWrongKeys = new(
        "too_many_wrong_keys", 429, "Too many wrong keys from this address; Retry-After says how long to stay away.")
        { SaysWhenToRetry = true };
    internal static readonly ProblemCode TooManyRequests = new(
        "too_many_requests", 429, "This client key makes more requests a second than API_RATE_LIMIT allows.") { SaysWhenToRetry = true };
    internal static readonly ProblemCode InternalError = new(
        "internal_error", 500, "Something is wrong on our side; the log has it under this request's id.");
    internal static readonly ProblemCode SmtpFailed = new(
        "smtp_failed", 502, "The test e-mail was not sent; smtp_reply and hint say why.",
        """
        {"email_id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","smtp_reply":"550 5.1.1 no such user","hint":"Check the recipient's address."}
        """);
    internal static readonly ProblemCode DatabaseUnavailable = new(
        "database_unavailable", 503, "The database does not answer at the moment. If this was a save, look first whether it took effect.")
        { SaysWhenToRetry = true };
    internal static readonly ProblemCode TooBusy = new(
        "too_busy", 503,
        "More requests wait than can be served soon, or the bodies of others fill the memory set aside for them. Nothing changed.")
        { SaysWhenToRetry = true };
    internal static readonly ProblemCode WebhooksNotConfigured = new(
        "webhooks_not_configured", 503, "Secrets can't be sealed: SECRETS_PUBLIC_KEY is not set.");
    internal static readonly ProblemCode EmailNotConfigured = new(
        "email_not_configured", 503, "No sender has all it needs; missing and hint say what.",
        """
        {"missing":["SMTP_HOST"],
         "hint":"Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env."}
        """);
    internal static readonly ProblemCode NoOutcomeYet = new(
        "no_outcome_yet", 504, "There is no outcome after 30 s: look at the e-mail itself.",
        """{"email_id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"}""");

    /// <summary>
    /// All of them, in the order in which they are declared. One that a path names is not found, and one in a body is a mistake: it is here
    /// twice.
    /// </summary>
    internal static IReadOnlyList<ProblemCode> All => _all.Value;

    /// <summary>Those that any request of the API may be refused with.</summary>
    internal static IReadOnlyList<ProblemCode> OfAnything => [UnknownParameter, InternalError, DatabaseUnavailable, TooBusy];

    // Made when it is first asked for: in which order the parts of this class are initialized is not defined.
    private static readonly Lazy<IReadOnlyList<ProblemCode>> _all = new(() =>
    [
        .. typeof(ProblemCodes).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(field => field.GetValue(null)).OfType<ProblemCode>(),
    ]);
}
