using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>What may and may not be done while a server has an e-mail in hand, and what is said when it broke off.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class WhileSendingTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Path => $"client/{_client}/email-config";

    [Fact]
    public async Task An_email_in_hand_can_no_longer_be_taken_back_and_every_answer_says_so()
    {
        var slow = $"slow@{_client}.example";
        var go = new TaskCompletionSource();
        system.Mail.Smtp.ButFor(slow, Reaction.Hold(go.Task));
        var now = Api.In(TimeSpan.Zero);
        var saved = (await _api.PutAsync(Path, Api.Config(Api.Item("a", now, to: slow)))).Expect(HttpStatusCode.OK).Json;
        var id = (string)saved["emails"]![0]!["id"]!;
        await _api.EmailAsync(id, "sending");

        var cancel = await _api.PostAsync($"scheduled-emails/{id}/cancel");
        Assert.Equal(("too_late", "sending"), (cancel.Expect(HttpStatusCode.Conflict).Code, (string)cancel.Json["current_status"]!));
        var changed = await _api.PutAsync(Path, Api.Config(Api.Item("a", now, to: slow, subject: "Other")));
        Assert.Equal("already_sent", changed.Expect(HttpStatusCode.UnprocessableEntity).Code);
        Assert.True(changed.Json["errors"]!.AsObject().ContainsKey("/emails/0"), changed.Text);
        var gone = (await _api.PutAsync($"{Path}?dry_run=true", Api.Config())).Expect(HttpStatusCode.OK).Json["changes"]!["too_late"]!;
        Assert.Equal(("a", id, "sending"), ((string)gone[0]!["key"]!, (string)gone[0]!["id"]!, (string)gone[0]!["status"]!));
        var later = (await _api.PutAsync(Path, Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1)), to: slow))))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal("scheduled", (string)later["emails"]![0]!["action"]!);

        go.SetResult();
        await _api.EmailAsync(id, "sent");
        await _api.EmailAsync((string)later["emails"]![0]!["id"]!, "pending");
    }

    [Fact]
    public async Task What_a_save_replaces_or_removes_while_it_is_being_sent_is_not_tried_again()
    {
        string[] later = [$"replaced@{_client}.example", $"removed@{_client}.example"];
        var go = new TaskCompletionSource();
        foreach (var to in later)
            system.Mail.Smtp.ButFor(to, Reaction.Hold(go.Task, then: "451 4.7.1 Come back later"));
        var now = Api.In(TimeSpan.Zero);
        var saved = (await _api.PutAsync(Path, Api.Config(Api.Item("replaced", now, later[0]), Api.Item("removed", now, later[1]))))
            .Expect(HttpStatusCode.OK).Json["emails"]!;
        var (replaced, removed) = ((string)saved[0]!["id"]!, (string)saved[1]!["id"]!);
        await _api.EmailAsync(replaced, "sending");
        await _api.EmailAsync(removed, "sending");

        var changed = (await _api.PutAsync(Path, Api.Config(Api.Item("replaced", Api.In(TimeSpan.FromHours(1)), "ada@example.com"))))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal(removed, (string)Assert.Single(changed["changes"]!["too_late"]!.AsArray())!["id"]!);
        await _api.EmailAsync(removed, "sending");
        go.SetResult();

        var gone = await _api.EmailAsync(removed, "cancelled");
        Assert.Equal(("removed", "451 4.7.1 Come back later"), ((string)gone["reason"]!, (string)gone["last_error"]!["reply"]!));
        var old = await _api.EmailAsync(replaced, "cancelled");
        Assert.Equal(("superseded", (string)changed["emails"]![0]!["id"]!), ((string)old["reason"]!, (string)old["superseded_by"]!));
        Assert.DoesNotContain(system.Mail.Smtp.Received, received => received.To.Any(later.Contains));
    }

    [Fact]
    public async Task What_was_being_sent_when_its_config_was_deleted_is_not_tried_again()
    {
        var later = $"deleted@{_client}.example";
        var go = new TaskCompletionSource();
        system.Mail.Smtp.ButFor(later, Reaction.Hold(go.Task, then: "451 4.7.1 Come back later"));
        var id = (string)(await _api.PutAsync(Path, Api.Config(Api.Item("a", Api.In(TimeSpan.Zero), later))))
            .Expect(HttpStatusCode.OK).Json["emails"]![0]!["id"]!;
        await _api.EmailAsync(id, "sending");
        Assert.Equal(id, (string)(await _api.DeleteAsync(Path)).Expect(HttpStatusCode.OK).Json["too_late"]![0]!["id"]!);
        go.SetResult();
        Assert.Equal("removed", (string)(await _api.EmailAsync(id, "cancelled"))["reason"]!);
    }

    [Fact]
    public async Task A_conversation_that_breaks_after_the_final_dot_is_in_doubt_and_only_a_person_sends_it_again()
    {
        // For this e-mail alone: others' fall due in this system too.
        var doubtful = $"doubtful@{_client}.example";
        system.Mail.Smtp.ButFor(doubtful, Reaction.Reset, Step.Kept).Times(1);
        var id = await CreateAsync(new() { ["to"] = new JsonArray(doubtful) });
        var unknown = await _api.EmailAsync(id, "unknown");
        Assert.Contains("may or may not have it", (string)unknown["explanation"]!, StringComparison.Ordinal);
        Assert.Equal("end_of_data", (string)unknown["last_error"]!["stage"]!);

        (await _api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        var resent = (await _api.PostAsync($"scheduled-emails/{id}/resend")).Expect(HttpStatusCode.Created).Json;
        await _api.EmailAsync((string)resent["id"]!, "sent");
        await _api.EmailAsync(id, "unknown");
        Assert.Single(system.Mail.Smtp.Received, received => received.MessageId.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_not_handed_over_by_its_send_before_expires()
    {
        (await _api.PostAsync($"client/{_client}/hold")).Expect(HttpStatusCode.OK);
        var id = await CreateAsync(new() { ["send_before"] = Api.Time(Api.In(TimeSpan.FromSeconds(5))) });
        var expired = await _api.EmailAsync(id, "expired", Deadline.Sweep);
        Assert.Equal(0, (int)expired["attempts"]!);
        (await _api.PostAsync($"client/{_client}/release")).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Created, (await _api.PostAsync($"scheduled-emails/{id}/resend")).Status);
    }

    [Fact]
    public async Task Everything_can_be_held_back_and_released()
    {
        var first = (await _api.PostAsync("hold", new JsonObject { ["reason"] = "incident" })).Expect(HttpStatusCode.OK).Json;
        var again = (await _api.PostAsync("hold")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(((string)first["since"]!, "incident"), ((string)again["since"]!, (string)again["reason"]!));
        var id = await CreateAsync(new());
        var hold = (await _api.GetAsync("holds")).Expect(HttpStatusCode.OK).Json["items"]!
            .AsArray().Single(each => each!["client_id"] is null);
        Assert.Equal("incident", (string)hold!["reason"]!);
        Assert.Equal("held", (string)(await _api.GetAsync($"scheduled-emails/{id}")).Json["forecast"]!);
        Assert.Equal(
            "cancelled", (string)(await _api.PostAsync($"scheduled-emails/{id}/cancel")).Expect(HttpStatusCode.OK).Json["status"]!);
        var other = await CreateAsync(new());

        (await _api.PostAsync("release")).Expect(HttpStatusCode.OK);
        await _api.EmailAsync(other, "sent");
    }

    private async Task<string> CreateAsync(JsonObject more)
    {
        more.TryAdd("to", new JsonArray("ada@example.com"));
        more["subject"] = _client;
        more["text"] = "Hello";
        return (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", more)).Expect(HttpStatusCode.Created).Json["id"]!;
    }
}
