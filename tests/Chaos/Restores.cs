using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>
/// Puts an older state of the database in the place of the newest one, sees that everything is held, and puts the newest one back: what
/// the ledgers say stays true, and whatever the older state made the system send is found by the audit. Nobody calls meanwhile.
/// </summary>
internal sealed class Restores(AttackedSystem system, CallersLedger ledger)
{
    private const int Emails = 40;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(8);

    // Enough for the sweep, and for any number of attempts to claim.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(8);

    /// <summary>One of both kinds. Returns what was not held back, as sentences.</summary>
    public async Task<IReadOnlyCollection<string>> RunAsync(Fault fault, CancellationToken cancellationToken)
    {
        await system.ReadyAsync();
        using var api = system.DirectApi();
        var dump = fault.Kind == FaultKind.RestoreDump;
        var ids = await CreateAsync(api);
        // Of this the older state knows nothing: all of them are sent, or in doubt.
        await (dump ? system.Servers.DumpAsync("older") : system.Servers.CopyAsync());
        await FinalAsync(api, ids);
        await PostAsync(api, "hold");
        if (dump)
        {
            await system.Servers.DumpAsync("newest");
            await system.Servers.RestoreAsync("older");
        }
        else
        {
            await system.StopServicesAsync();
            await system.Servers.RollBackAsync(cancellationToken);
            await system.StartServicesAsync();
        }

        var held = await HeldAsync(api);
        await PostAsync(api, "scheduled-emails/process");
        await Task.Delay(_held, cancellationToken);
        if (dump)
        {
            await system.Servers.RestoreAsync("newest");
        }
        else
        {
            await system.StopServicesAsync();
            await system.Servers.PutNewestBackAsync();
            await system.StartServicesAsync();
        }

        // A person knows that this is the newest state. The fence can't, and must hold it too.
        var heldAgain = await HeldAsync(api);
        await Deadline.UntilAsync(() => ReleasedAsync(api), released => released, Deadline.Start);
        return held && heldAgain ? [] : [$"{fault.Kind}: the restore fence did not hold everything within {Deadline.Start.TotalSeconds} s"];
    }

    private async Task<IReadOnlyCollection<string>> CreateAsync(Api api)
    {
        var body = Api.Config(
            Enumerable.Range(1, Emails).Select(number => Api.Item(null, Api.In(_soon * number / Emails), subject: $"Restored {number}")));
        var key = Guid.CreateVersion7().ToString();
        var answer = await AskAsync(
            () => api.PostAsync("client/client-1/scheduled-emails/batch", body.DeepClone(), ("Idempotency-Key", key)),
            HttpStatusCode.Created);
        var ids = answer.Json["items"]!.AsArray().Select(email => (string)email!["id"]!).ToList();
        ids.ForEach(id => ledger.Add(id, Told.Created, "before a restore"));
        return ids;
    }

    private static async Task FinalAsync(Api api, IReadOnlyCollection<string> ids)
    {
        foreach (var id in ids)
        {
            await Deadline.UntilAsync(
                () => AskAsync(() => api.GetAsync($"scheduled-emails/{id}"), HttpStatusCode.OK),
                answer => (string)answer.Json["status"]! is not ("pending" or "sending"),
                Deadline.Sweep);
        }
    }

    private static async Task<bool> HeldAsync(Api api)
    {
        try
        {
            await Deadline.UntilAsync(
                () => TryAsync(() => api.GetAsync("holds")),
                answer => answer?.Status == HttpStatusCode.OK && HeldByFence(answer.Json),
                Deadline.Start);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static bool HeldByFence(JsonNode holds) => holds["items"]!.AsArray().Any(hold => (string)hold!["by"]! == "restore_fence");

    private static async Task<bool> ReleasedAsync(Api api)
    {
        await PostAsync(api, "release");
        return await TryAsync(() => api.GetAsync("holds")) is { Status: HttpStatusCode.OK } holds
            && holds.Json["items"]!.AsArray().Count == 0;
    }

    private static Task<Api.Answer> PostAsync(Api api, string path) => AskAsync(() => api.PostAsync(path), HttpStatusCode.OK);

    /// <summary>Until it is answered so: right after a restore services are about to reconnect.</summary>
    private static async Task<Api.Answer> AskAsync(Func<Task<Api.Answer>> ask, HttpStatusCode status) =>
        (await Deadline.UntilAsync(() => TryAsync(ask), answer => answer?.Status == status, Deadline.Start))!;

    private static async Task<Api.Answer?> TryAsync(Func<Task<Api.Answer>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
