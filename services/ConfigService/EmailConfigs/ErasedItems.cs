using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>
/// Items whose e-mail said something that <see cref="Retention"/> has erased since. A config shows them without it, and they are kept
/// where they are sent back as they are shown.
/// </summary>
internal static class ErasedItems
{
    /// <summary>The items; those that were sent back as the config shows them count as unchanged.</summary>
    /// <param name="work">The unit of work of the save.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="wanted">The items, in the order given.</param>
    /// <param name="current">The items of the config as it stands, by key.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task<List<WantedItem>> RecognizeAsync(
        UnitOfWork.Work work, string clientId, List<WantedItem> wanted, IReadOnlyDictionary<string, ConfigItem> current,
        CancellationToken cancellationToken)
    {
        var asked = wanted.Where(item => current.TryGetValue(item.Key, out var old) && MayBeErased(item, old))
            .Select(item => current[item.Key].EmailId).ToList();
        if (asked.Count == 0)
            return wanted;
        var emails = await EmailStates.EmailsAsync(work.Connection, asked, clientId, @lock: false, cancellationToken);
        return wanted.ConvertAll(item =>
            current.TryGetValue(item.Key, out var old) && MayBeErased(item, old) && emails.TryGetValue(old.EmailId, out var email)
            && IsAsShown(item, old, email)
                ? item.KnownAs(old)
                : item);
    }

    private static bool MayBeErased(WantedItem item, ConfigItem old)
    {
        if (old.Recurrence is not null || item.Series is not null)
            return false;
        if (item.Input.Template is not { } template)
            return item.Input.SaysNothing && old.Template is null;
        // One that has no data, and had none, says what it said.
        return template.Json == "{}" && template.Name == old.Template?.Name
            && (template.GivenVersion ?? old.Template.Version) == old.Template.Version
            && old.Fingerprint != RenderItems.Fingerprint(item, old.Template.Version);
    }

    // Without text, HTML and attachments, and of one with a template without its subject.
    private static bool IsAsShown(WantedItem item, ConfigItem old, ScheduledEmail email)
    {
        if (email.BodyId != EmailBody.Erased)
            return false;
        var shown = EmailContent.From(email, body: null);
        if (old.Template is not null)
            shown = shown with { Subject = "" };
        return shown.Fingerprint(old.ScheduledDatetime, old.SendBefore) == item.Input.Fingerprint(item.SavedDue, item.Input.SendBefore);
    }
}
