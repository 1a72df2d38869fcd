using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.EndToEnd.Attachments;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>With <c>RETENTION_DAYS</c> what e-mails say goes; that they were, and what became of them, stays.</summary>
public sealed class RetentionTests(TestServers servers)
{
    [Fact]
    public async Task After_so_many_days_an_email_is_still_there_without_what_it_said_and_can_not_be_resent()
    {
        await using var system = await MailSystem.StartAsync(
            servers, smtp: smtp => smtp.ButFor("nobody@example.com", "550 5.1.1 no such user"), environment: ("RETENTION_DAYS", "1"));
        using var api = system.Api;
        var id = (string)(await api.PostAsync(
            "client/acme/scheduled-emails",
            Api.Item(null, Api.In(TimeSpan.Zero), to: "nobody@example.com").WithAttachments(Uploads.Along([1, 2], "a.bin"))))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        var saved = (await api.PutAsync("client/acme/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.FromDays(9))))))
            .Expect(HttpStatusCode.OK).Json;
        await api.EmailAsync(id, "failed");
        await LetPassAsync(system.Postgres, TimeSpan.FromDays(2));

        var erased = (await Deadline.UntilAsync(() => api.GetAsync($"scheduled-emails/{id}"), answer => answer.Json["text"] is null)).Json;
        Assert.Equal(
            ("failed", "Hello", "nobody@example.com"), ((string)erased["status"]!, (string)erased["subject"]!, (string)erased["to"]![0]!));
        Assert.Empty(erased["attachments"]!.AsArray());
        (await api.GetAsync($"client/acme/attachments/{Uploads.IdOf([1, 2])}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal("content_erased", (string)erased["timeline"]!.AsArray()[^1]!["event"]!);
        Assert.Equal("not_resendable", (await api.PostAsync($"scheduled-emails/{id}/resend")).Expect(HttpStatusCode.Conflict).Code);
        Assert.Equal("Hello Ada", (string)(await api.GetAsync($"scheduled-emails/{(string)saved["emails"]![0]!["id"]!}")).Json["text"]!);
    }

    [Fact]
    public async Task A_config_whose_items_have_lost_what_they_said_can_be_saved_as_it_is_shown_and_not_otherwise()
    {
        await using var system = await MailSystem.StartAsync(servers, environment: ("RETENTION_DAYS", "1"));
        using var api = system.Api;
        (await api.PutAsync("client/acme/templates/welcome", new JsonObject { ["subject"] = "Hi {{ name }}", ["text"] = "Hello" }))
            .Expect(HttpStatusCode.OK);
        var templated = Api.Item("templated", Api.In(TimeSpan.Zero));
        templated.Remove("subject");
        templated.Remove("text");
        templated["template"] = new JsonObject { ["name"] = "welcome", ["data"] = new JsonObject { ["name"] = "Ada" } };
        var saved = (await api.PutAsync("client/acme/email-config", Api.Config(
            Api.Item("written", Api.In(TimeSpan.Zero)).WithAttachments(Uploads.Along([1, 2], "a.bin")), templated,
            Api.Item("later", Api.In(TimeSpan.FromDays(9)))))).Expect(HttpStatusCode.OK).Json;
        foreach (var item in saved["emails"]!.AsArray().Take(2))
            await api.EmailAsync((string)item!["id"]!, "sent");
        await LetPassAsync(system.Postgres, TimeSpan.FromDays(2));
        foreach (var item in saved["emails"]!.AsArray().Take(2))
            await Deadline.UntilAsync(() => api.GetAsync($"scheduled-emails/{item!["id"]}"), answer => answer.Json["text"] is null);

        var shown = (await api.GetAsync("client/acme/email-config")).Json;
        var again = (await api.PutAsync("client/acme/email-config", shown)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((1, 3), ((int)again["revision"]!, (int)again["changes"]!["kept"]!));
        // Beside another item that changes.
        shown["emails"]![2]!["subject"] = "Other";
        again = (await api.PutAsync("client/acme/email-config", shown)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((2, 2), ((int)again["revision"]!, (int)again["changes"]!["kept"]!));
        shown["emails"]![0]!["subject"] = "Other";
        var refused = (await api.PutAsync("client/acme/email-config", shown)).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Contains("neither text nor html", (string)refused.Json["errors"]!["/emails/0"]![0]!, StringComparison.Ordinal);
    }

    /// <summary>Makes of every line of every timeline an older one.</summary>
    private static async Task LetPassAsync(string postgres, TimeSpan time)
    {
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand("""
            update mail.mt_doc_scheduled_email set data = jsonb_set(data, '{timeline}', (
                select jsonb_agg(line || jsonb_build_object('at', to_char(((line->>'at')::timestamptz - $1) at time zone 'UTC',
                    'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')))
                from jsonb_array_elements(data->'timeline') line))
            """);
        command.Parameters.AddWithValue(time);
        await command.ExecuteNonQueryAsync();
    }
}
