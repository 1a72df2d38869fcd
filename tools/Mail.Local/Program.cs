using Mail.Local;
using Mail.Local.Commands;
using Mail.Local.Running;

try
{
    return await MailCommands.InvokeAsync(Checkout.Find(), args);
}
catch (LocalException exception)
{
    Terminal.Say($"error: {exception.Message}");
    return 1;
}
