# One image a service: docker build --build-arg SERVICE=ConfigService (or SchedulerService, SenderService) .

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# What is restored changes seldom: a layer of its own, that a changed source file does not void.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY contracts/Contracts.csproj contracts/packages.lock.json contracts/
COPY store/Store.csproj store/packages.lock.json store/
COPY scheduler/PostgresScheduler.csproj scheduler/packages.lock.json scheduler/
COPY services/Hosting/Hosting.csproj services/Hosting/packages.lock.json services/Hosting/
COPY services/ConfigService/ConfigService.csproj services/ConfigService/packages.lock.json services/ConfigService/
COPY services/SchedulerService/SchedulerService.csproj services/SchedulerService/packages.lock.json services/SchedulerService/
COPY services/SenderService/SenderService.csproj services/SenderService/packages.lock.json services/SenderService/
RUN for service in ConfigService SchedulerService SenderService; do \
      dotnet restore "services/$service/$service.csproj" --locked-mode || exit 1; \
    done
# All three in one stage that does not know SERVICE, so that three images cost one build.
COPY . .
RUN for service in ConfigService SchedulerService SenderService; do \
      dotnet publish "services/$service/$service.csproj" -c Release --no-restore -o "/app/$service" || exit 1; \
    done

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG SERVICE
RUN test -n "$SERVICE" || { echo 'say which: --build-arg SERVICE=ConfigService' >&2; exit 1; }
ENV SERVICE=$SERVICE ASPNETCORE_HTTP_PORTS=8080
WORKDIR /app
COPY --from=build /app/$SERVICE ./
USER $APP_UID
EXPOSE 8080
# exec: the service itself gets the signal to stop, not a shell.
ENTRYPOINT ["/bin/sh", "-c", "exec dotnet \"$SERVICE.dll\" \"$@\"", "service"]
