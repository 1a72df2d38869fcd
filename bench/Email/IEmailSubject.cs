namespace Mail.Bench.Email;

/// <summary>A system that stores e-mails and sends each when it is due, to the sink.</summary>
internal interface IEmailSubject : IAsyncDisposable
{
    /// <summary>What it is called in the report, with its version.</summary>
    string Name { get; }

    /// <summary>Its processes, by what they are called in the report.</summary>
    IReadOnlyList<(string Name, int Id)> Processes { get; }

    /// <summary>Starts it on a database of its own; what is due is sent from here on.</summary>
    Task StartAsync(Servers servers, int smtpPort);

    /// <summary>Stores these, the fastest way it has.</summary>
    Task ScheduleAsync(IReadOnlyCollection<PlannedEmail> emails);

    /// <summary>Stores one. Returns what it takes to cancel it.</summary>
    Task<string> ScheduleAsync(PlannedEmail email);

    /// <summary>Cancels what was stored; false where it was not there to cancel.</summary>
    Task<bool> CancelAsync(string handle);

    /// <summary>Adds others that wait for later. Not measured, so a shortcut is fine.</summary>
    Task FillAsync(int count, DateTimeOffset due);
}
