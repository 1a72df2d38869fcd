using Mail.ConfigService.Access;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Emails;

/// <summary>Finds e-mails across clients, for the page.</summary>
internal sealed class SearchEmails(NpgsqlDataSource dataSource, Circumstances circumstances)
{
    internal const int PageSize = 50;

    /// <summary>A page of what was found; a client finds its own.</summary>
    internal async Task<(IReadOnlyList<EmailView> Emails, EmailSearch.Found Found)> RunAsync(
        EmailSearch.Wanted wanted, EmailSearch.Position? after, Caller caller, CancellationToken cancellationToken)
    {
        EmailSearch.Found found;
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
            found = await EmailSearch.RunAsync(connection, wanted with { ClientId = caller.ClientId ?? wanted.ClientId }, after, PageSize, cancellationToken);
        var seen = await circumstances.LookAsync(cancellationToken);
        return ([.. found.Emails.Select(email => EmailView.Listed(email, seen))], found);
    }
}
