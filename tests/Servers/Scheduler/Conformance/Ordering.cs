using MassTransit;

namespace Mail.Tests.Servers.Scheduler.Conformance;

public sealed record PlaceOrder(Guid OrderingId) : CorrelatedBy<Guid>
{
    public Guid CorrelationId => OrderingId;
}

public sealed record CheckStock(Guid OrderingId);

public sealed record StockChecked(Guid OrderingId);

public sealed record OrderingOver(Guid OrderingId, string How);

public sealed class Ordering : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public Guid? StockRequestId { get; set; }
}

/// <summary>A saga that asks somebody who never answers.</summary>
public sealed class OrderingMachine : MassTransitStateMachine<Ordering>
{
    public OrderingMachine()
    {
        InstanceState(ordering => ordering.CurrentState);
        Request(() => Stock, ordering => ordering.StockRequestId, request =>
        {
            request.ServiceAddress = new Uri("queue:nobody-answers");
            request.Timeout = TimeSpan.FromMilliseconds(500);
        });
        Initially(When(PlaceOrder)
            .Request(Stock, context => new CheckStock(context.Saga.CorrelationId))
            .TransitionTo(Stock!.Pending));
        During(
            Stock.Pending,
            When(Stock.TimeoutExpired).Publish(context => new OrderingOver(context.Saga.CorrelationId, "no answer")).Finalize());
    }

    public Event<PlaceOrder> PlaceOrder { get; private set; } = null!;
    public Request<Ordering, CheckStock, StockChecked> Stock { get; private set; } = null!;
}
