using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>The body of a save, read.</summary>
/// <param name="Inputs">The items.</param>
/// <param name="Errors">What is wrong with them so far.</param>
internal sealed record ReadConfig(List<ConfigItemInput> Inputs, Errors Errors)
{
    /// <summary>Reads the body of a save.</summary>
    /// <param name="body">Valid UTF-8.</param>
    /// <param name="zones">The time zones that local times are in.</param>
    /// <param name="what">What to call it where it is no JSON.</param>
    internal static ReadConfig From(ReadOnlyMemory<byte> body, TimeZones zones, string what)
    {
        // A config as GET shows it can be put back.
        var emails = EmailList.Parse(body, what, "client_id", "revision", "saved_at");
        var errors = new Errors();
        var inputs = new List<ConfigItemInput>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (element, pointer) in emails.Read(errors))
        {
            var input = EmailInput.ReadItem(element, pointer, errors, zones);
            inputs.Add(input);
            if (input.Key is { } key && !keys.Add(key))
                errors.Add($"{pointer}/key", "names another item of this config too: keys are unique");
        }

        return new(inputs, errors);
    }

    /// <summary>
    /// Completes and renders the items, beside what is stored of attachments and templates. Refuses what is wrong: all of it at once.
    /// </summary>
    /// <returns>The items, each with a name.</returns>
    internal async Task<List<WantedItem>> CheckedAsync(
        UnitOfWork.Work work, string clientId, IReadOnlyCollection<ConfigItem> current, EmailAttachments attachments, TimeZones zones,
        CancellationToken cancellationToken)
    {
        var byKey = current.ToDictionary(item => item.Key, StringComparer.Ordinal);
        var own = Inputs.ConvertAll(_ => new Errors());
        var inputs = await attachments.ResolveAsync(work.Connection, clientId, Inputs, index => own[index], cancellationToken);
        // With something wrong they can't be named, and nothing hangs on it: what their templates lack is only added to the errors.
        List<WantedItem> wanted = Errors.Any
            ? [.. inputs.Select(input => new WantedItem(input.Key ?? "", "", input))]
            : WantedItem.Name(inputs, zones).ConvertAll(item => item.Beside(byKey.GetValueOrDefault(item.Key), zones));
        wanted = await RenderItems.RenderAsync(
            new EmailTemplates(work.Session, clientId), attachments, wanted, current, Errors, cancellationToken);
        // An item that is kept was right when it was saved: since then its file may have gone with retention, or a limit have changed.
        // So was its local time: since then the rules of its zone may have changed.
        for (var index = 0; index < own.Count; index++)
        {
            if (wanted[index].Input.Local?.Refusal is { } refusal)
                own[index].Add($"{wanted[index].Input.Pointer}/scheduled_local", refusal, ProblemCodes.LocalTimeSkipped);
            if (own[index].Any && !(byKey.TryGetValue(wanted[index].Key, out var old) && wanted[index].IsSameAs(old)))
                Errors.AddAll(own[index]);
        }

        Errors.Throw();
        return wanted;
    }
}
