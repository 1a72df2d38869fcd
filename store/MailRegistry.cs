using Marten;
using Marten.Schema;

namespace Mail.Store;

/// <summary>
/// Every document, with its alias: the alias is its identity on disk and outlives any renaming in code. Each index is
/// named after the query it serves. What changes here needs a step in <c>Schema</c>; a test holds both against each other.
/// </summary>
public sealed class MailRegistry : MartenRegistry
{
    /// <summary>The schema of all documents.</summary>
    public const string Schema = "mail";

    public MailRegistry()
    {
        For<ScheduledEmail>()
            .DocumentAlias("scheduled_email")
            .Metadata(metadata =>
            {
                // Nothing reads them, and each would be one more column for every raw statement to keep right.
                metadata.Version.Enabled = false;
                metadata.DotNetType.Enabled = false;
                metadata.LastModified.Enabled = false;
            })
            // Its condition looks into the document, which Marten has no word for.
            .IgnoreIndex("scheduled_email_of_config")
            .IgnoreIndex("scheduled_email_undecided")
            .IgnoreIndex("scheduled_email_large")
            .IgnoreIndex("scheduled_email_of_template")
            .IgnoreIndex("scheduled_email_of_zones")
            .IgnoreIndex("scheduled_email_occurrence");

        For<EmailBody>().DocumentAlias("email_body").Metadata(metadata =>
        {
            metadata.Version.Enabled = false;
            metadata.DotNetType.Enabled = false;
            metadata.LastModified.Enabled = false;
        });
        For<EmailConfig>().DocumentAlias("email_config");
        For<ConfigRevision>().DocumentAlias("config_revision")
            .Index(revision => new { revision.ClientId, revision.Revision }, index => index.Name = "config_revision_list");
        For<Sender>().DocumentAlias("sender");
        For<ApiKey>().DocumentAlias("api_key")
            .Index(key => key.Hash, index => index.Name = "api_key_by_hash")
            .Index(key => key.ClientId, index => index.Name = "api_key_by_client");
        For<Hold>().DocumentAlias("hold");
        For<Installation>().DocumentAlias("installation");
        For<Pace>().DocumentAlias("pace");
        For<IdempotentRequest>().DocumentAlias("idempotent_request")
            .IndexLastModified(index => index.Name = "idempotent_request_old")
            // Over an expression, which Marten has no word for.
            .IgnoreIndex("idempotent_request_of_client");
        For<Erasure>().DocumentAlias("erasure");
        For<EmailTemplate>().DocumentAlias("email_template")
            .Index(template => new { template.ClientId, template.Name }, index => index.Name = "email_template_list");
        For<TemplateVersion>().DocumentAlias("template_version")
            .Index(version => new { version.ClientId, version.Name, version.Version }, index => index.Name = "template_version_list");
    }

    /// <summary>
    /// The columns of the scheduled e-mails that statements search by, and their indexes. Not by Marten's
    /// <c>Duplicate</c>, which adds an index to each column, for every move to write.
    /// </summary>
    internal static void AddColumns(DocumentMapping mapping)
    {
        if (mapping.DocumentType != typeof(ScheduledEmail))
            return;
        Column(nameof(ScheduledEmail.ClientId), "client_id", "text", notNull: true);
        Column(nameof(ScheduledEmail.Status), "status", "text", notNull: true);
        Column(nameof(ScheduledEmail.Key), "key", "text");
        Column(nameof(ScheduledEmail.ScheduledDatetime), "scheduled_datetime", "timestamptz", notNull: true);
        Column(nameof(ScheduledEmail.DueAt), "due_at", "timestamptz", notNull: true);
        Column(nameof(ScheduledEmail.SendBefore), "send_before", "timestamptz", notNull: true);
        Column(nameof(ScheduledEmail.ClaimedBy), "claimed_by", "uuid");
        Column(nameof(ScheduledEmail.ClaimBatch), "claim_batch", "uuid");
        Column(nameof(ScheduledEmail.WokenAt), "woken_at", "timestamptz");
        const string IsPending = $"status = '{EmailStatus.Pending}'";
        mapping.AddIndex("client_id", "scheduled_datetime", "id").Name = "scheduled_email_list";
        Only(mapping.AddIndex("due_at"), "scheduled_email_overdue", IsPending);
        var queue = mapping.AddIndex("due_at", "id");
        queue.IncludeColumns = ["client_id"];
        Only(queue, "scheduled_email_queue", IsPending);
        Only(mapping.AddIndex("client_id", "due_at", "id"), "scheduled_email_client_queue", IsPending);
        Only(mapping.AddIndex("send_before"), "scheduled_email_expiry", IsPending);
        Only(mapping.AddIndex("status", "claimed_by"), "scheduled_email_claims", Sql.IsAnyOf("status", EmailStatus.AwaitingOutcome));
        Only(mapping.AddIndex("id"), "scheduled_email_decision", Sql.IsAnyOf("status", EmailStatus.Undecided));

        // The name is given, since Marten would derive it from the name in JSON, which has its underscores already.
        void Column(string member, string name, string type, bool notNull = false) =>
            mapping.DuplicateField([typeof(ScheduledEmail).GetProperty(member)!], type, name, notNull);

        static void Only(DocumentIndex index, string name, string predicate)
        {
            index.Name = name;
            index.Predicate = predicate;
        }
    }
}
