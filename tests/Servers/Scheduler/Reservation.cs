using MassTransit;

namespace Mail.Tests.Servers.Scheduler;

public sealed record Reserved(Guid ReservationId) : CorrelatedBy<Guid>
{
    public Guid CorrelationId => ReservationId;
}

public sealed record Paid(Guid ReservationId) : CorrelatedBy<Guid>
{
    public Guid CorrelationId => ReservationId;
}

public sealed record ReservationExpired(Guid ReservationId) : CorrelatedBy<Guid>
{
    public Guid CorrelationId => ReservationId;
}

public sealed record ReservationHeld(Guid ReservationId);

public sealed record ReservationOver(Guid ReservationId, string How);

public sealed class Reservation : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public Guid? ExpiryToken { get; set; }
}

/// <summary>A saga as MassTransit's documentation has them: a reservation that expires unless it is paid.</summary>
public sealed class ReservationMachine : MassTransitStateMachine<Reservation>
{
    public ReservationMachine()
    {
        InstanceState(reservation => reservation.CurrentState);
        Schedule(() => Expiry, reservation => reservation.ExpiryToken, schedule => schedule.Delay = TimeSpan.FromSeconds(6));
        Initially(When(Reserved)
            .Schedule(Expiry, context => new ReservationExpired(context.Saga.CorrelationId))
            .TransitionTo(Held)
            .Publish(context => new ReservationHeld(context.Saga.CorrelationId)));
        During(
            Held,
            When(Paid).Unschedule(Expiry).Publish(context => new ReservationOver(context.Saga.CorrelationId, "paid")).Finalize(),
            When(Expiry.Received).Publish(context => new ReservationOver(context.Saga.CorrelationId, "expired")).Finalize());
    }

    public State Held { get; private set; } = null!;
    public Event<Reserved> Reserved { get; private set; } = null!;
    public Event<Paid> Paid { get; private set; } = null!;
    public Schedule<Reservation, ReservationExpired> Expiry { get; private set; } = null!;
}
