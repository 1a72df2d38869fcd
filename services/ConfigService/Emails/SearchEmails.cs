using Mail.ConfigService.Access;
using Mail.ConfigService.Forecasts;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Emails;

/// <summary>Finds e-mails across clients, for the page.</summary>
internal sealed class SearchEmails(Unit unit, SendingForecast forecast)
{
    internal const int PageSize = 50;

    /// <summary>A page of what was found; a client finds its own.</summary>
    internal async Task<(IReadOnlyList<EmailView> Emails, EmailSearch.Found Found)> RunAsync(
        EmailSearch.Wanted wanted, EmailSearch.Position? after, Caller caller, CancellationToken cancellationToken)
    {
        var (found, seen) = await unit.ConnectAsync(
            async connection => (
                await EmailSearch.RunAsync(connection, wanted with { ClientId = caller.ClientId ?? wanted.ClientId }, after, PageSize, cancellationToken),
                await Circumstances.LookAsync(connection, cancellationToken)),
            cancellationToken);
        seen = await forecast.AddToAsync(seen, found.Emails, cancellationToken);
        return ([.. found.Emails.Select(email => EmailView.Listed(email, seen))], found);
    }
}
