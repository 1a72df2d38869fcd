using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Mail.Bench.Subjects;

/// <summary>A scheduler that is measured: it sends what is due to <see cref="Servers.Destination"/> over the bus.</summary>
internal interface ISubject : IAsyncDisposable
{
    /// <summary>What it is called in the report, with its version.</summary>
    string Name { get; }

    /// <summary>Registers it, on a database of its own and on the bus that all subjects use alike.</summary>
    void Register(IServiceCollection services, IBusRegistrationConfigurator bus, string postgres);

    /// <summary>Begins, once the bus is up: what is due is sent from here on.</summary>
    Task StartAsync(IServiceProvider services);

    /// <summary>Schedules one message and returns what it takes to cancel it.</summary>
    Task<string> ScheduleAsync(Planned planned);

    /// <summary>Cancels what was scheduled; false where it was not there to cancel.</summary>
    Task<bool> CancelAsync(string handle);

    /// <summary>Adds other messages that wait for later. Not measured, so a shortcut is fine.</summary>
    Task FillAsync(int count, DateTimeOffset due);
}

/// <summary>A subject that can take many in one call.</summary>
internal interface IBulkSubject : ISubject
{
    /// <summary>How many a call is given.</summary>
    internal const int BatchSize = 1000;

    Task ScheduleAsync(IReadOnlyList<Planned> planned);

    Task CancelAsync(IReadOnlyList<string> handles);
}
