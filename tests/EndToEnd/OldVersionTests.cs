using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>A database that an earlier version left, with e-mails pending, is brought up to date at the start, and sends them.</summary>
public sealed class OldVersionTests(TestServers servers)
{
    // Made by that version, for the client acme of that database.
    private const string KeyOfThen = "mail_U5bEPz0BQyAwyhXiCPCppRvlR9yIBPDcIYBTbc-FOI4";

    [Fact]
    public async Task What_an_earlier_version_left_pending_goes_out_once_and_what_it_held_after_the_release()
    {
        var database = await servers.NewDatabaseAsync();
        await OldVersion.LoadAsync(database, OldVersion.BeforeSteps);
        await using var system = await MailSystem.StartAsync(servers, ofEach: 2, postgres: database);
        using var api = system.Api;

        Assert.All(await api.SettledAsync("acme"), email => Assert.Contains((string)email["status"]!, new[] { "sent", "cancelled" }));
        Assert.Equal(
            ["Final", "One", "Two", "Welcome", "Your order"],
            system.Smtp.Received.Select(received => received.Subject).Order(StringComparer.Ordinal));
        var held = Assert.Single(await api.ListAsync("client/other/scheduled-emails"));
        Assert.Contains("migration", (string)held["explanation"]!, StringComparison.Ordinal);
        (await api.PostAsync("client/other/release")).Expect(HttpStatusCode.OK);
        await api.EmailAsync((string)held["id"]!, "sent");

        // What it remembered still holds: the key, the config as it was saved, and the answer to a request.
        using var client = system.ApiOf(1, KeyOfThen);
        Assert.Equal(2, (int)(await client.GetAsync("client/acme/email-config")).Expect(HttpStatusCode.OK).Json["revision"]!);
        Assert.Equal(6, system.Smtp.Received.Count);
    }
}
