using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Events;

/// <summary><c>GET /client/{client_id}/events</c> and <c>GET /events</c>: what happened, in the order of commits.</summary>
internal sealed class ListEvents(UnitOfWork unit, EventSignal signal, TimeProvider time)
{
    private static readonly Parameter _after =
        new("after", "`next_cursor` of the page before; left out, the feed begins with the oldest event that is kept.", typeof(string));
    private static readonly Parameter _type =
        new("type", "Only events of this type; may be given several times.", typeof(string)) { Words = new EventTypeAttribute() };
    private static readonly Parameter _wait = new(
        "wait", "For how many seconds to hold the request where there is nothing after the cursor yet.", typeof(int))
        { Min = 0, Max = 30, Default = 0 };

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/client/{client_id}/events", OfClientAsync)
            .WithName("ListClientEvents").Takes(_after, _type, Parameter.Limit, _wait).Answers<EventPage>()
            .Refuses(ProblemCodes.CursorExpired, ProblemCodes.InvalidQuery);
        api.MapGet("/events", OfAllAsync).OperatorOnly()
            .WithName("ListEvents").Takes(_after, _type, Parameter.Limit, _wait).Answers<EventPage>()
            .Refuses(ProblemCodes.CursorExpired, ProblemCodes.InvalidQuery);
    }

    /// <summary>What happened to a client's e-mails</summary>
    /// <remarks>
    /// In the order of commits: a reader that follows `next_cursor` misses nothing and sees nothing twice, however many write. Events are
    /// facts and ids, without bodies and addresses. They are kept for 30 days (`EVENT_RETENTION_DAYS`); an older cursor, or one from before
    /// a restore, is 410 `cursor_expired`, and `oldest_cursor` is where to begin.
    /// </remarks>
    /// <response code="200">Events after the cursor; perhaps none.</response>
    internal static Task<EventPage> OfClientAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, ListEvents list) => list.HandleAsync(clientId, context);

    /// <summary>What happened</summary>
    /// <remarks>
    /// Events of all clients and of the installation, in the order of commits: a reader that follows `next_cursor` misses nothing and sees
    /// nothing twice, however many write.
    /// </remarks>
    /// <response code="200">Events after the cursor; perhaps none.</response>
    internal static Task<EventPage> OfAllAsync(HttpContext context, ListEvents list) => list.HandleAsync(clientId: null, context);

    /// <summary>One page, at once.</summary>
    internal Task<FeedPage> ReadAsync(
        string? clientId, FeedCursor? after, IReadOnlyCollection<string> types, int limit, CancellationToken cancellationToken) =>
        unit.ConnectAsync(
            connection => EventFeed.ReadAsync(connection, clientId, after, types, limit, cancellationToken), cancellationToken);

    /// <summary>The cursor of a parameter; one that is none is refused.</summary>
    internal static FeedCursor? Cursor(Query query, string name)
    {
        // Callers that begin with an empty one mean the beginning.
        if (query.Value(name) is not { Length: > 0 } text)
            return null;
        var cursor = FeedCursor.Parse(text);
        if (cursor is null)
            query.Refuse(name, "is not a cursor of this feed: use next_cursor of an answer, or leave it out");
        return cursor;
    }

    private async Task<EventPage> HandleAsync(string? clientId, HttpContext context)
    {
        var query = new Query(context);
        var after = Cursor(query, _after.Name);
        var types = query.Values(_type.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (types.Except(EventType.All, StringComparer.Ordinal).Any())
            query.Refuse(_type.Name, $"must be one of {string.Join(", ", EventType.All)}");
        var limit = query.Number(Parameter.Limit);
        var wait = TimeSpan.FromSeconds(query.Number(_wait));
        query.Checked();
        var page = await RunAsync(clientId, after, types, limit, wait, context.RequestAborted);
        return new([.. page.Events.Select(each => new EventView(each))], page.Next.ToString(), page.HasMore);
    }

    private async Task<FeedPage> RunAsync(
        string? clientId, FeedCursor? after, string[] types, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var waiter = wait > TimeSpan.Zero ? signal.TryEnter(clientId) : null;
        while (true)
        {
            // Taken before the look: what comes after it is not missed.
            var news = waiter?.Next();
            var page = await ReadAsync(clientId, after, types, limit, cancellationToken);
            var left = wait - time.GetElapsedTime(started);
            if (page.Events.Count > 0 || page.HasMore || news is null || left <= TimeSpan.Zero)
                return page;
            after = page.Next;
            try
            {
                await news.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return page;
            }

            if (waiter!.IsOver)
                return page;
        }
    }
}

/// <summary>A part of the feed.</summary>
/// <param name="Items">The events, in the order of commits.</param>
/// <param name="NextCursor">What to pass as <c>after</c> to go on; there always is one.</param>
/// <param name="HasMore">Whether there is more already; otherwise <c>wait</c> holds the next request until there is.</param>
[Example("""
    {"items":[{"id":"019ad0c4-7a10-7000-8000-0000a1b2c3d4","type":"email.sent","timestamp":"2026-11-24T15:12:09.310Z","client_id":"acme",
     "data":{"email_id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","key":"welcome","status":"sent","reason":null,"sequence":4711}}],
     "next_cursor":"b4Qn0ZsQx3sAAAAAAAABLwAAAAAAABJnAAABmtDEehA","has_more":false}
    """)]
internal sealed record EventPage([property: MaxLength(500)] IReadOnlyList<EventView> Items, string NextCursor, bool HasMore);
