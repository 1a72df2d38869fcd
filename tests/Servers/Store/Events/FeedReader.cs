using Mail.Store;
using Npgsql;

namespace Mail.Tests.Servers.Store.Events;

/// <summary>Follows the feed, as a caller does.</summary>
internal sealed class FeedReader(NpgsqlDataSource dataSource, string? clientId = null, FeedCursor? after = null, int limit = 7)
{
    /// <summary>What it has read, each with the cursor that came with it.</summary>
    internal List<(FeedEvent Event, FeedCursor Next)> Read { get; } = [];

    internal FeedCursor? Cursor { get; private set; } = after;

    internal List<Guid> Ids => Read.ConvertAll(each => each.Event.Id);

    /// <summary>Reads until there is nothing more, once.</summary>
    internal async Task<FeedReader> ReadToEndAsync()
    {
        while (await ReadPageAsync())
        {
            // Page by page.
        }

        return this;
    }

    internal async Task<bool> ReadPageAsync(params string[] types)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        var page = await EventFeed.ReadAsync(connection, clientId, Cursor, types, limit, CancellationToken.None);
        Read.AddRange(page.Events.Select(each => (each, page.Next)));
        Cursor = page.Next;
        return page.HasMore;
    }
}
