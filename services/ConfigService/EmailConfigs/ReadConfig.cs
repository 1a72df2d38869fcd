using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>The body of a save, read.</summary>
/// <param name="Inputs">The items.</param>
/// <param name="Faulty">The places of those that something is wrong with.</param>
/// <param name="Errors">What is wrong with them so far.</param>
internal sealed record ReadConfig(List<ConfigItemInput> Inputs, IReadOnlySet<int> Faulty, Errors Errors)
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
        var faulty = new HashSet<int>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (element, pointer) in emails.Read(errors))
        {
            var before = errors.Total;
            var input = EmailInput.ReadItem(element, pointer, errors, zones);
            if (input.Key is { } key && !keys.Add(key))
                errors.Add($"{pointer}/key", "names another item of this config too: keys are unique");
            if (errors.Total > before)
                faulty.Add(inputs.Count);
            inputs.Add(input);
        }

        return new(inputs, faulty, errors);
    }

    /// <summary>
    /// Completes and renders the items, beside what is stored of attachments and templates. What is wrong is added to
    /// <see cref="Errors"/>.
    /// </summary>
    /// <returns>The items that nothing is wrong with, each with a name.</returns>
    internal async Task<List<WantedItem>> CompleteAsync(
        UnitOfWork.Work work, string clientId, IReadOnlyCollection<ConfigItem> current, EmailAttachments attachments, TimeZones zones,
        CancellationToken cancellationToken)
    {
        var byKey = current.ToDictionary(item => item.Key, StringComparer.Ordinal);
        var own = Inputs.ConvertAll(_ => new Errors());
        var inputs = await attachments.ResolveAsync(work.Connection, clientId, Inputs, index => own[index], cancellationToken);
        var named = new Queue<WantedItem>(WantedItem.Name([.. inputs.Where((_, index) => !Faulty.Contains(index))], zones));
        // A faulty one can't be named, and nothing hangs on it: what its template lacks is only added to the errors.
        var wanted = inputs.Select((input, index) => Faulty.Contains(index)
            ? new WantedItem(input.Key ?? "", "", input)
            : Beside(named.Dequeue())).ToList();
        wanted = await ErasedItems.RecognizeAsync(work, clientId, wanted, byKey, cancellationToken);
        wanted = await RenderItems.RenderAsync(
            new EmailTemplates(work.Session, clientId), attachments, wanted, current, Errors, cancellationToken);
        // An item that is kept was right when it was saved: since then its file may have gone with retention, or a limit have changed.
        // So was its local time: since then the rules of its zone may have changed.
        for (var index = 0; index < own.Count; index++)
        {
            if (wanted[index].Input.SaysNothing)
                own[index].Add(wanted[index].Input.Pointer, EmailInput.NothingSaid);
            if (wanted[index].Input.Local?.Refusal is { } refusal)
                own[index].Add($"{wanted[index].Input.Pointer}/scheduled_local", refusal, ProblemCodes.LocalTimeSkipped);
            if (own[index].Any && !(byKey.TryGetValue(wanted[index].Key, out var old) && wanted[index].IsSameAs(old)))
                Errors.AddAll(own[index]);
            else
                own[index] = new();
        }

        return [.. wanted.Where((item, index) =>
            !Faulty.Contains(index) && !own[index].Any && (item.Input.Template is null || item.Template is not null))];

        WantedItem Beside(WantedItem item) => item.Beside(byKey.GetValueOrDefault(item.Key), zones);
    }

    /// <summary>
    /// Adds what is wrong with the times of faulty items. One that is due when an item of the config as it stands is due may be kept once
    /// it is put right.
    /// </summary>
    internal void CheckTimes(IReadOnlyCollection<ConfigItem> current, DateTimeOffset now)
    {
        var known = current.Select(item => item.ScheduledDatetime).ToHashSet();
        foreach (var input in Faulty.Order().Select(index => Inputs[index]).Where(input => input.ScheduledDatetime is not null))
        {
            if (!known.Contains(input.ScheduledDatetime!.Value) && ConfigChange.RefuseTimes(input, now) is var (code, sentence))
                Errors.Add(input.Pointer, sentence, code);
        }
    }
}
