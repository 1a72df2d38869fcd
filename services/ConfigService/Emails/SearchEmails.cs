using Mail.ConfigService.Access;
using Mail.ConfigService.Forecasts;
using Npgsql;

namespace Mail.ConfigService.Emails;

/// <summary>Finds e-mails across clients, for the page.</summary>
internal sealed class SearchEmails(UnitOfWork unit, SendingForecast forecast)
{
    /// <summary>A page of what was found; a client finds its own. With how many there are, where that is known.</summary>
    internal async Task<(IReadOnlyList<EmailSummary> Emails, EmailSearch.Found Found, EmailCount? Total)> RunAsync(
        EmailSearch.Wanted wanted, EmailSearch.Position? after, int limit, Caller caller, CancellationToken cancellationToken)
    {
        wanted = wanted with { ClientId = caller.ClientId ?? wanted.ClientId };
        var (found, total, conditions) = await unit.ConnectAsync(
            async connection =>
            {
                var found = await EmailSearch.RunAsync(connection, wanted, after, limit, cancellationToken);
                return (
                    found, await CountAsync(connection, wanted, after, found, cancellationToken),
                    await SendingConditions.ReadAsync(connection, cancellationToken));
            },
            cancellationToken);
        conditions = await forecast.AddToAsync(conditions, found.Emails, cancellationToken);
        return ([.. found.Emails.Select(email => new EmailSummary(email, conditions))], found, total);
    }

    // What is looked for in vain has taken its time already, and is not counted as well.
    private static async Task<EmailCount?> CountAsync(
        NpgsqlConnection connection, EmailSearch.Wanted wanted, EmailSearch.Position? after, EmailSearch.Found found,
        CancellationToken cancellationToken)
    {
        if (!found.Full && found.Next is not null)
            return null;
        if (!found.Full && after is null)
            return new(found.Emails.Count, IsAll: true);
        var count = await EmailSearch.CountAsync(connection, wanted, cancellationToken);
        // A page is looked for among more e-mails than are counted.
        return count.IsAll ? count : count with { Count = Math.Max(count.Count, found.Emails.Count) };
    }
}
