using Marten;

namespace Mail.Store;

/// <summary>
/// Every document, with its alias: the alias is its identity on disk and outlives any renaming in code. Each index is
/// named after the query it serves.
/// </summary>
public sealed class MailRegistry : MartenRegistry
{
    /// <summary>The schema of all documents.</summary>
    public const string Schema = "mail";

    public MailRegistry()
    {
        For<ScheduledEmail>()
            .DocumentAlias("scheduled_email")
            .Duplicate(email => email.ClientId, pgType: "text", notNull: true)
            .Duplicate(email => email.Status, pgType: "text", notNull: true)
            .Duplicate(email => email.Key!, pgType: "text")
            .Duplicate(email => email.ScheduledDatetime, pgType: "timestamptz", notNull: true)
            .Duplicate(email => email.DueAt, pgType: "timestamptz", notNull: true)
            .Duplicate(email => email.SendBefore, pgType: "timestamptz", notNull: true)
            .Duplicate(email => email.ClaimedBy!, pgType: "uuid")
            .Duplicate(email => email.ClaimBatch!, pgType: "uuid")
            .Duplicate(email => email.WokenAt!, pgType: "timestamptz")
            .Index(email => new { email.ClientId, email.ScheduledDatetime, email.Id }, index => index.Name = "scheduled_email_list")
            .Index(email => email.DueAt, index => Where(index, "scheduled_email_overdue", "status = 'pending'"))
            .Index(email => email.SendBefore, index => Where(index, "scheduled_email_expiry", "status = 'pending'"))
            .Index(email => email.ClaimedBy!, index => Where(index, "scheduled_email_claims", "status = 'sending'"))
            .Metadata(metadata =>
            {
                // Nothing reads them, and each would be one more column for every raw statement to keep right.
                metadata.Version.Enabled = false;
                metadata.DotNetType.Enabled = false;
                metadata.LastModified.Enabled = false;
            });

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
        For<IdempotentRequest>().DocumentAlias("idempotent_request");
    }

    private static void Where(Marten.Schema.ComputedIndex index, string name, string predicate)
    {
        index.Name = name;
        index.Predicate = predicate;
    }
}
