using Mail.ConfigService.Emails;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>The body of a save, read.</summary>
/// <param name="Inputs">The items.</param>
/// <param name="Errors">What is wrong with them so far.</param>
internal sealed record ReadConfig(List<ConfigItemInput> Inputs, Errors Errors)
{
    /// <summary>Refuses what is wrong, with what is wrong with templates and their data: all at once.</summary>
    /// <returns>The items, each with a name.</returns>
    internal async Task<List<WantedItem>> CheckedAsync(string clientId, UnitOfWork unit, CancellationToken cancellationToken)
    {
        if (Errors.Any && Inputs.Exists(input => input.Template is not null))
        {
            await unit.QueryAsync(
                async session =>
                {
                    var current = (await session.LoadAsync<EmailConfig>(clientId, cancellationToken))?.Items ?? [];
                    // What has no key has none here either: an error hangs on none.
                    List<WantedItem> wanted = [.. Inputs.Select(input => new WantedItem(input.Key ?? "", "", input))];
                    return await RenderItems.RenderAsync(new EmailTemplates(session, clientId), wanted, current, Errors, cancellationToken);
                },
                cancellationToken);
        }

        Errors.Throw();
        return WantedItem.Name(Inputs);
    }
}
