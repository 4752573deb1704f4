window.YTD.direct_messages.part0 = [
  {
    "dmConversation": {
      "conversationId": "1000-2000",
      "messages": [
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": "Yes: the interferometer is an interferometer",
            "mediaUrls": [],
            "senderId": "2000",
            "id": "92",
            "createdAt": "2026-01-05T10:01:00.000Z"
          }
        },
        {
          "messageCreate": {
            "recipientId": "2000",
            "reactions": [],
            "urls": [],
            "text": "Could you help?",
            "mediaUrls": [],
            "senderId": "1000",
            "id": "91",
            "createdAt": "2026-01-05T10:00:00.000Z"
          }
        }
      ]
    }
  }
]