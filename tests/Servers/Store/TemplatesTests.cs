using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>
/// Templates as the database keeps them: versions never change, and what another version is applied to is found by its index.
/// </summary>
public sealed class TemplatesTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_version_never_changes()
    {
        await SaveVersionAsync();
        await using var session = _host.Documents.LightweightSession();
        session.Store(Version() with { Subject = "Other" });
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync());
        Assert.Contains("never changes", $"{refusal.Message}{refusal.InnerException?.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pending_emails_of_older_versions_are_found_and_no_others()
    {
        var older = await InsertAsync(version: 1);
        await InsertAsync(version: 2);
        await InsertAsync(version: 1, name: "other");
        await InsertAsync(version: 1, status: EmailStatus.Sent);
        await InsertAsync(version: 1, source: EmailSource.Remainder);
        await InsertAsync(version: 1, resendOf: Guid.CreateVersion7());
        Assert.Equal(
            [older],
            (await TemplatedEmails.OlderAsync(_connection, "acme", new("welcome", 2), @lock: false, CancellationToken.None))
                .Select(email => email.Id));
    }

    [Fact]
    public async Task A_body_with_data_is_another_one_and_the_data_goes_with_it()
    {
        var written = EmailBody.Create("acme", new() { Text = "Hello Ada" });
        var rendered = EmailBody.Create("acme", new() { Text = "Hello Ada" }, new("welcome", 1, """{"name":"Ada"}"""));
        Assert.NotEqual(written.Id, rendered.Id);
        var id = await InsertAsync(version: 1, status: EmailStatus.Sent, body: rendered);
        await Retention.PrepareAsync(_connection, CancellationToken.None);
        await using (var transaction = await _connection.BeginTransactionAsync())
        {
            Assert.Equal(
                1, await Retention.RunOnceAsync(_connection, TimeSpan.FromDays(1), _now.AddDays(2), "scheduler-1", CancellationToken.None));
            await transaction.CommitAsync();
        }

        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_email_body"));
        Assert.Equal(0L, await _host.AskAsync<long>(
            $"select count(*) from mail.mt_doc_scheduled_email where data::text like '%Ada\"%' and id = '{id}'"));
    }

    [Fact]
    public async Task An_erased_client_has_no_templates()
    {
        await SaveVersionAsync();
        Assert.True(await ClientErasure.IsKnownAsync(_connection, "acme", CancellationToken.None));
        await ClientErasure.EraseTheRestAsync(_connection, "acme", CancellationToken.None);
        Assert.Equal(0L, await _host.AskAsync<long>(
            "select (select count(*) from mail.mt_doc_template_version) + (select count(*) from mail.mt_doc_email_template)"));
        Assert.False(await ClientErasure.IsKnownAsync(_connection, "acme", CancellationToken.None));
    }

    private static TemplateVersion Version() => new()
    {
        Id = TemplateVersion.IdOf("acme", "welcome", 1),
        ClientId = "acme",
        Name = "welcome",
        Version = 1,
        Subject = "Hello {{ name }}",
        SavedAt = _now,
        SavedBy = "operator",
    };

    private async Task SaveVersionAsync()
    {
        await using var session = _host.Documents.LightweightSession();
        session.Insert(Version());
        session.Store(new EmailTemplate
        {
            Id = EmailTemplate.IdOf("acme", "welcome"),
            ClientId = "acme",
            Name = "welcome",
            Version = 1,
            SavedAt = _now,
        });
        await session.SaveChangesAsync();
    }

    private async Task<Guid> InsertAsync(
        int version, string name = "welcome", string status = EmailStatus.Pending, string source = EmailSource.OneOff,
        Guid? resendOf = null, EmailBody? body = null)
    {
        var (made, plain) = NewEmail.Due(_now, "Hello");
        var email =
            made with { Template = new(name, version), Status = status, Source = source, ResendOf = resendOf, BodyId = (body ?? plain).Id };
        await EmailInserts.InsertAsync(_connection, [email], [body ?? plain], CancellationToken.None);
        return email.Id;
    }
}
