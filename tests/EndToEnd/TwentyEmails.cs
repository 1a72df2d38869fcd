using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>A system on a PostgreSQL of its own, and twenty e-mails of which a copy of the database knows only that they are due.</summary>
internal sealed class TwentyEmails(PrivatePostgres postgres, MailSystem system) : IAsyncDisposable
{
    private const int Count = 20;

    public MailSystem System { get; } = system;

    public Api Api { get; } = system.Api;

    /// <summary>Creates the e-mails, copies the database while they are due, and sends them.</summary>
    /// <param name="servers">Where its virtual host is made.</param>
    /// <param name="postgres">Its PostgreSQL.</param>
    /// <param name="copy">Copies the database, with every service but the senders running.</param>
    /// <param name="ofEach">How many of each service.</param>
    public static async Task<TwentyEmails> SentAsync(TestServers servers, PrivatePostgres postgres, Func<Task> copy, int ofEach = 1)
    {
        var emails = new TwentyEmails(postgres, await MailSystem.StartAsync(servers, ofEach, postgres: postgres.ConnectionString));
        await emails.System.Senders[0].WaitAsync("/health/ready");
        foreach (var sender in emails.System.Senders)
            await sender.StopAsync();
        var items = Enumerable.Range(1, Count).Select(number => Api.Item(null, Api.In(TimeSpan.Zero), subject: $"Number {number}"));
        (await emails.Api.PostAsync("client/acme/scheduled-emails/batch", Api.Config(items))).Expect(HttpStatusCode.Created);
        await copy();
        foreach (var sender in emails.System.Senders)
            await sender.StartAsync();
        await emails.AreAsync("sent");
        return emails;
    }

    /// <summary>Waits until all of them stand so, and that each arrived once.</summary>
    public async Task AreAsync(string status)
    {
        await Deadline.UntilAsync(
            StatusesAsync, statuses => statuses.Count == Count && statuses.All(each => each == status), Deadline.Sweep);
        Assert.Equal(Count, System.Smtp.Received.Count(email => email.Subject.StartsWith("Number", StringComparison.Ordinal)));
    }

    /// <summary>Waits for the restore fence, and that nobody gets anything from here on, whatever is tried.</summary>
    public async Task<string> AreHeldAsync()
    {
        var hold = await FenceAsync(Api);
        await AreAsync("pending");
        (await Api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        await RestartAsync();
        await FenceAsync(Api);
        (await Api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        await AreAsync("pending");
        return (string)hold["reason"]!;
    }

    /// <summary>A person cancels what is known to be sent, and releases: what is new goes out, and nothing else.</summary>
    public async Task GoOnAfterTheReleaseAsync()
    {
        foreach (var email in await Api.ListAsync("client/acme/scheduled-emails?status=pending"))
            (await Api.PostAsync($"scheduled-emails/{email["id"]}/cancel")).Expect(HttpStatusCode.OK);
        (await Api.PostAsync("release")).Expect(HttpStatusCode.OK);
        await SendsAsync();
        await CountsAsync();
        await RestartAsync();
        await SendsAsync();
        Assert.Equal(Count, System.Smtp.Received.Count(email => email.Subject.StartsWith("Number", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Waits until a SchedulerService has counted twice: the broker knows of the first by then. One that knows of none can't vouch for
    /// a PostgreSQL that is restarted next.
    /// </summary>
    private async Task CountsAsync()
    {
        var first = await CounterAsync();
        await Deadline.UntilAsync(CounterAsync, counter => counter >= first + 2);
    }

    private async Task<long> CounterAsync()
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select (data->>'counter')::bigint from mail.mt_doc_installation", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Nothing is held, and a new e-mail goes out.</summary>
    public async Task SendsAsync()
    {
        var created = (await Deadline.UntilAsync(
            () => Api.PostAsync("client/new/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero))),
            answer => answer.Status == HttpStatusCode.Created)).Json;
        await Api.EmailAsync((string)created["id"]!, "sent", Deadline.Sweep);
        Assert.Empty((await Api.GetAsync("holds")).Json["items"]!.AsArray());
    }

    /// <summary>The services and PostgreSQL, stopped and started; the broker keeps what it has.</summary>
    public async Task RestartAsync()
    {
        await System.StopAsync();
        await postgres.StopAsync();
        await postgres.StartAsync();
        await System.RestartAsync();
    }

    public static async Task<JsonNode> FenceAsync(Api api)
    {
        var holds = await Deadline.UntilAsync(
            () => HoldsAsync(api), holds => holds.Exists(hold => (string)hold["by"]! == "restore_fence"), Deadline.Start);
        return holds.Single(hold => hold["client_id"] is null);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await System.DisposeAsync();
    }

    private static async Task<List<JsonNode>> HoldsAsync(Api api) =>
        await api.GetAsync("holds") is { Status: HttpStatusCode.OK } answer
            ? [.. answer.Json["items"]!.AsArray().Select(hold => hold!)]
            : [];

    private async Task<List<string>> StatusesAsync() =>
        await Api.GetAsync("client/acme/scheduled-emails?limit=100") is { Status: HttpStatusCode.OK } answer
            ? [.. answer.Json["items"]!.AsArray().Select(email => (string)email!["status"]!)]
            : [];
}
