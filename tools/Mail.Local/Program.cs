using Mail.Local;
using Mail.Local.Commands;
using Mail.Local.Running;

try
{
    return await MailCommands.InvokeAsync(Checkout.Find(), args);
}
catch (Exception exception) when (exception is LocalException or IOException or UnauthorizedAccessException)
{
    Terminal.Say($"error: {exception.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
