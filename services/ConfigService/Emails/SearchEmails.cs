using Mail.ConfigService.Access;
using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Finds e-mails across clients, for the page.</summary>
internal sealed class SearchEmails(UnitOfWork unit, SendingForecast forecast)
{
    internal const int PageSize = 50;

    /// <summary>A page of what was found; a client finds its own.</summary>
    internal async Task<(IReadOnlyList<EmailSummary> Emails, EmailSearch.Found Found)> RunAsync(
        EmailSearch.Wanted wanted, EmailSearch.Position? after, Caller caller, CancellationToken cancellationToken)
    {
        var (found, conditions) = await unit.ConnectAsync(
            async connection => (
                await EmailSearch.RunAsync(
                    connection, wanted with { ClientId = caller.ClientId ?? wanted.ClientId }, after, PageSize, cancellationToken),
                await SendingConditions.ReadAsync(connection, cancellationToken)),
            cancellationToken);
        conditions = await forecast.AddToAsync(conditions, found.Emails, cancellationToken);
        return ([.. found.Emails.Select(email => new EmailSummary(email, conditions))], found);
    }
}
